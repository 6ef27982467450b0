using System.Diagnostics;
using System.Text;

namespace PollHttp.Core.Tests;

/// <summary>
/// A decoder and an encoder of python3-hpack, which shares no code with ours, in a process of their own. Each call writes one line and reads one.
/// </summary>
internal sealed class PythonHpack : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string Package = "/usr/lib/python3/dist-packages/hpack";
    private const string Script = """
        import sys
        import hpack

        def field(text):
            name, value, sensitive = text.split(":")
            return bytes.fromhex(name), bytes.fromhex(value), sensitive == "1"

        def answer(what, rest):
            global decoder, encoder
            if what == "connection":
                decoder = hpack.Decoder(max_header_list_size=1 << 24)
                encoder = hpack.Encoder()
            elif what == "limit":
                decoder.max_allowed_table_size = int(rest)
            elif what == "decode":
                fields = decoder.decode(bytes.fromhex(rest), raw=True)
                return ",".join(f"{bytes(f[0]).hex()}:{bytes(f[1]).hex()}:{0 if f.indexable else 1}" for f in fields)
            elif what == "table":
                if encoder.header_table_size != int(rest):
                    encoder.header_table_size = int(rest)
            else:
                return encoder.encode([field(f) for f in rest.split(",") if f], huffman=what == "huffman").hex()
            return ""

        for line in sys.stdin:
            what, _, rest = line.strip().partition(" ")
            try:
                print("ok " + answer(what, rest), flush=True)
            except hpack.HPACKError as error:
                print(f"error {error!r}", flush=True)
        """;

    private readonly Process _process;
    private readonly Task<string> _errors;

    public PythonHpack()
    {
        ProcessStartInfo start = new(Python, ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        StartConnection();
    }

    /// <summary>The reason to skip tests that need it, or null.</summary>
    public static string? WhyNot => IsRequired || (File.Exists(Python) && Directory.Exists(Package))
        ? null
        : "SKIPPED: python3-hpack is not installed here; .ci/run installs it, and fails without it.";

    private static bool IsRequired => Environment.GetEnvironmentVariable("POLLHTTP_REQUIRE_SERVERS") == "1";

    /// <summary>What follows is on a new connection.</summary>
    public void StartConnection() => Ask("connection");

    /// <summary>Sets the largest table that the blocks decoded after this may use.</summary>
    public void LimitTable(uint size) => Ask($"limit {size}");

    /// <summary>Decodes a block. What is wrong with it is in the exception.</summary>
    public List<(string Name, string Value)> Decode(ReadOnlySpan<byte> block) => [.. DecodeWithMarks(block).Select(static f => (f.Name, f.Value))];

    /// <summary>Decodes a block, with the mark of fields that are never to be indexed.</summary>
    public List<(string Name, string Value, bool IsSensitive)> DecodeWithMarks(ReadOnlySpan<byte> block) =>
        [.. Ask($"decode {Convert.ToHexString(block)}").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ReadField)];

    /// <summary>Sets the table of the encoder.</summary>
    public void SetTable(int size) => Ask($"table {size}");

    /// <summary>Encodes a block.</summary>
    public byte[] Encode(IEnumerable<(string Name, string Value, bool IsSensitive)> fields, bool isHuffman) => Convert.FromHexString(Ask(
        (isHuffman ? "huffman " : "plain ") + string.Join(',', fields.Select(static f => $"{ToHex(f.Name)}:{ToHex(f.Value)}:{(f.IsSensitive ? 1 : 0)}"))));

    public void Dispose()
    {
        _process.StandardInput.Close(); // which ends it
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException(_errors.Result);
        return answer.StartsWith("ok ", StringComparison.Ordinal) ? answer[3..] : throw new InvalidOperationException(answer);
    }

    private static (string Name, string Value, bool IsSensitive) ReadField(string field)
    {
        string[] parts = field.Split(':');
        return (FromHex(parts[0]), FromHex(parts[1]), parts[2] == "1");
    }

    private static string FromHex(string text) => Encoding.Latin1.GetString(Convert.FromHexString(text));

    private static string ToHex(string text) => Convert.ToHexString(Encoding.Latin1.GetBytes(text));
}
