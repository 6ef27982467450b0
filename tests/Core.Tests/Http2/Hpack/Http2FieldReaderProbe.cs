using System.Buffers;
using PollHttp.Testing;

namespace PollHttp.Core.Tests;

/// <summary>Reads blocks with the reader of the scripted server, which shares no code with ours: a request of those blocks is sent to it.</summary>
internal sealed class Http2FieldReaderProbe
{
    private readonly object _reader = Activator.CreateInstance(typeof(ScriptedHttp2Server).Assembly.GetType("PollHttp.Testing.Http2FieldReader")!)!;

    public string Read(byte[] block)
    {
        var read = _reader.GetType().GetMethod("Read")!.CreateDelegate<ReadBlock>(_reader);
        return string.Join('|', read(block).Select(static f => $"{f.Key}: {f.Value}"));
    }

    private delegate List<KeyValuePair<string, string>> ReadBlock(ReadOnlySpan<byte> block);
}
