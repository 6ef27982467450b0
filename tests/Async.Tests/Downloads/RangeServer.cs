using System.Globalization;
using System.Net;
using System.Text;
using PollHttp.Testing;

namespace PollHttp.Tests;

/// <summary>A file on a simulated server that knows Range and If-Range, and can be cut off in the middle.</summary>
internal sealed class RangeServer
{
    private static readonly CompositeFormat s_whole = CompositeFormat.Parse(
        "HTTP/1.1 200 OK\r\nContent-Length: {0}\r\n{1}\r\n");

    public RangeServer(byte[] content)
    {
        Content = content;
        Script = new ScriptedHttpServer(Answer);
        Network.Listen("files.example", 80, Script);
    }

    public SimulatedNetwork Network { get; } = new() { Link = new() { SegmentSize = 10_000 } };

    public ScriptedHttpServer Script { get; }

    public byte[] Content { get; set; }

    /// <summary>The validator fields, each with its line end.</summary>
    public string Validator { get; set; } = "ETag: \"v1\"\r\n";

    /// <summary>How many content bytes each response has before the connection breaks; then all.</summary>
    public Queue<int> Cuts { get; } = new();

    /// <summary>Called when a response that will break has been made.</summary>
    public Action? OnBreak { get; set; }

    /// <summary>Whether content goes out in small pieces with pauses, so that a download can be met in its middle.</summary>
    public bool IsPaced { get; set; }

    /// <summary>Answers in place of the file, one each.</summary>
    public Queue<ServerReply> Instead { get; } = new();

    public IEnumerable<string?> Ranges => Script.Requests.Select(r => r.Header("Range"));

    private ServerReply Answer(ServerRequest request)
    {
        if (Instead.TryDequeue(out ServerReply? reply))
        {
            return reply;
        }

        int first = 0;
        string head;
        if (request.Header("Range") is { } range && Validator.Contains(request.Header("If-Range")!, StringComparison.Ordinal))
        {
            first = int.Parse(range.AsSpan("bytes=".Length, range.Length - "bytes=".Length - 1), CultureInfo.InvariantCulture);
            if (first >= Content.Length)
            {
                return $"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nContent-Range: bytes */{Content.Length}\r\n\r\n";
            }

            head = $"HTTP/1.1 206 Partial Content\r\nContent-Length: {Content.Length - first}\r\n"
                + $"Content-Range: bytes {first}-{Content.Length - 1}/{Content.Length}\r\n{Validator}\r\n";
        }
        else
        {
            head = string.Format(CultureInfo.InvariantCulture, s_whole, Content.Length, Validator);
        }

        ReadOnlySpan<byte> rest = Content.AsSpan(first);
        bool isCut = Cuts.TryDequeue(out int cut) && cut < rest.Length;
        byte[] bytes = [.. Encoding.Latin1.GetBytes(head), .. isCut ? rest[..cut] : rest];
        if (isCut)
        {
            OnBreak?.Invoke();
        }

        return new(bytes)
        {
            Then = !isCut ? AfterReply.KeepOpen : cut % 2 == 0 ? AfterReply.Reset : AfterReply.End,
            DribbleSize = IsPaced ? 4096 : 0,
            DribbleDelay = IsPaced ? TimeSpan.FromMilliseconds(1) : default,
        };
    }
}
