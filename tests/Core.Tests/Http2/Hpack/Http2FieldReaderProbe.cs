using PollHttp.Testing;

namespace PollHttp.Core.Tests;

/// <summary>Reads blocks with the reader of the scripted server, which shares no code with ours.</summary>
internal sealed class Http2FieldReaderProbe
{
    private readonly ReadBlock _read;
    private readonly Action<uint> _limit;

    public Http2FieldReaderProbe()
    {
        Type type = typeof(ScriptedHttp2Server).Assembly.GetType("PollHttp.Testing.Http2FieldReader")!;
        object reader = Activator.CreateInstance(type)!;
        _read = type.GetMethod("Read")!.CreateDelegate<ReadBlock>(reader);
        _limit = type.GetMethod("Limit")!.CreateDelegate<Action<uint>>(reader);
    }

    private delegate List<KeyValuePair<string, string>> ReadBlock(ReadOnlySpan<byte> block);

    /// <summary>Sets the largest table that the client may use.</summary>
    public void Limit(uint size) => _limit(size);

    /// <summary>Reads a block. What is wrong with it is in the <see cref="FormatException"/>.</summary>
    public List<(string Name, string Value)> ReadFields(ReadOnlySpan<byte> block) => [.. _read(block).Select(static f => (f.Key, f.Value))];

    public string Read(byte[] block) => string.Join('|', ReadFields(block).Select(static f => $"{f.Name}: {f.Value}"));
}
