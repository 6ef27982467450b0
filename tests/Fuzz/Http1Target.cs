using System.Text;
using Xunit;

namespace PollHttp.Fuzz;

/// <summary>
/// A response of HTTP/1 to one request, whole and in pieces, which must give the same log, heads, bodies and fault. The driver checks what must hold
/// after each step. The first octet chooses the request and the end, the second the pieces.
/// </summary>
/// <param name="prefix">What comes before the input.</param>
internal sealed class Http1Target(string prefix) : Target
{
    private const int Options = 2;

    private static readonly string[] s_responses =
    [
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n3 \r\nabc\r\n0\r\nA: b\r\nDigest: x\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2, 2\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\td\r\n\r\nuntil the close",
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x05hello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\nffff",
    ];

    private static readonly string[] s_chunks =
    [
        "5\r\nhello\r\n0\r\n\r\n", "5;a=\"b\";c = d\r\nhello\r\n3 \r\nabc\r\n000\r\nA: b\r\nDigest: x\r\n\r\n", "a\r\n0123456789\r\n0\r\nTrailer: x\r\n y\r\n\r\nHTTP/1.1",
        "7fffffffffffffff\r\n", "1\nx\n0\n\n", "0;\"\\\"\"=1\r\nContent-Length: 3\r\n\r\n",
    ];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds => from response in prefix.Length > 0 ? s_chunks : s_responses
                                                 from way in (byte[])[0x00, 0x04, 0x51, 0x82]
                                                 select (byte[])[way, 3, .. Encoding.Latin1.GetBytes(response)];

    /// <inheritdoc/>
    public override void Run(byte[] input)
    {
        if (input.Length <= Options)
        {
            return;
        }

        int way = input[0];
        int piece = 1 + input[1];
        Exchange exchange = Exchange.Get([.. Encoding.Latin1.GetBytes(prefix), .. input.AsSpan(Options)]);
        exchange = (way & 3) switch
        {
            0 => exchange,
            1 => exchange.For("HEAD"),
            2 => exchange.For("POST").Sending("content"),
            _ => exchange.With("Connection", "Upgrade").With("Upgrade", "websocket"),
        };
        exchange = (way & 0x08) != 0 ? exchange.Strict() : exchange;
        exchange = (way & 0x80) != 0 ? exchange.OnReused() : exchange;
        exchange = (way & 0x30) switch
        {
            0x10 => exchange.ThenEnds(),
            0x20 => exchange.ThenEnds(EndKind.NoCloseNotify),
            0x30 => exchange.ThenResets(),
            _ => exchange,
        };
        int length = prefix.Length + input.Length - Options;
        int[] pieces = [.. Enumerable.Repeat(piece, length / piece), .. length % piece > 0 ? (int[])[length % piece] : []];
        Transcript whole = exchange.Run(new("whole", [length], Lazy: false, EndEarly: false));
        Transcript cut = exchange.Run(new("pieces", pieces, Lazy: (way & 0x04) != 0, EndEarly: (way & 0x40) != 0));
        Assert.Equal(whole.Log, cut.Log);
        Assert.Equal(whole.Details, cut.Details);
    }
}
