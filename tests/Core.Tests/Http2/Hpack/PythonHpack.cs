using System.Diagnostics;
using System.Text;

namespace PollHttp.Core.Tests;

/// <summary>The decoder of python3-hpack, which shares no code with ours. It takes a connection's limits of the table and blocks, and gives the fields.</summary>
internal sealed class PythonHpack
{
    private const string Python = "/usr/bin/python3";
    private const string Package = "/usr/lib/python3/dist-packages/hpack";
    private const string Script = """
        import sys
        import hpack
        for line in sys.stdin:
            what, _, rest = line.strip().partition(" ")
            if what == "connection":
                decoder = hpack.Decoder(max_header_list_size=1 << 20)
            elif what == "limit":
                decoder.max_allowed_table_size = int(rest)
            else:
                print(",".join(f"{bytes(name).hex()}:{bytes(value).hex()}" for name, value in decoder.decode(bytes.fromhex(rest), raw=True)))
        """;

    private readonly StringBuilder _input = new();

    /// <summary>The reason to skip tests that need it, or null.</summary>
    public static string? WhyNot => IsRequired || (File.Exists(Python) && Directory.Exists(Package))
        ? null
        : "SKIPPED: python3-hpack is not installed here; .ci/run installs it, and fails without it.";

    private static bool IsRequired => Environment.GetEnvironmentVariable("POLLHTTP_REQUIRE_SERVERS") == "1";

    /// <summary>What follows is on a new connection.</summary>
    public void StartConnection() => _input.Append("connection\n");

    /// <summary>Sets the largest table that the blocks after this may use.</summary>
    public void LimitTable(uint size) => _input.Append($"limit {size}\n");

    public void AddBlock(ReadOnlySpan<byte> block) => _input.Append($"block {Convert.ToHexString(block)}\n");

    /// <summary>Decodes all blocks. What it finds wrong is in the exception.</summary>
    public async Task<List<List<(string Name, string Value)>>> DecodeAsync()
    {
        ProcessStartInfo start = new(Python, ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(_input.ToString());
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            throw new InvalidOperationException(await errors); // it ended before it had read everything
        }

        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? [.. (await output).Split('\n')[..^1].Select(static line => line.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ReadField).ToList())]
            : throw new InvalidOperationException(await errors);
    }

    private static (string Name, string Value) ReadField(string field)
    {
        int colon = field.IndexOf(':', StringComparison.Ordinal);
        return (FromHex(field[..colon]), FromHex(field[(colon + 1)..]));
    }

    private static string FromHex(string text) => Encoding.Latin1.GetString(Convert.FromHexString(text));
}
