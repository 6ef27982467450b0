using System.Globalization;
using System.Text;
using PollHttp.Testing;

namespace PollHttp.Tests.EndToEnd;

/// <summary>A whole response whose body is delimited in one way or another.</summary>
internal static class Framed
{
    /// <param name="framing">How.</param>
    /// <param name="content">The body.</param>
    /// <param name="fields">More fields of the head, each with its line end.</param>
    public static ServerReply Reply(Framing framing, byte[] content, string fields = "") => framing switch
    {
        Framing.Length => WithLength(content, fields),
        Framing.Chunked => Chunked(content, fields),
        _ => UntilClose(content, fields),
    };

    private static ServerReply WithLength(byte[] content, string fields) =>
        new((byte[])[.. Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{fields}Content-Length: {content.Length}\r\n\r\n"), .. content]);

    private static ServerReply UntilClose(byte[] content, string fields) =>
        new((byte[])[.. Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{fields}Connection: close\r\n\r\n"), .. content]) { Then = AfterReply.End };

    private static ServerReply Chunked(byte[] content, string fields)
    {
        MemoryStream bytes = new();
        bytes.Write(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{fields}Transfer-Encoding: chunked\r\n\r\n"));
        int size = 1;
        for (int at = 0; at < content.Length; size = (size * 3) + 1)
        {
            int count = Math.Min(size, content.Length - at);
            bytes.Write(Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{count:x};note=\"a;b\"\r\n")));
            bytes.Write(content, at, count);
            bytes.Write("\r\n"u8);
            at += count;
        }

        bytes.Write("0\r\n\r\n"u8);
        return new(bytes.ToArray());
    }
}
