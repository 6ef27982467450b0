using System.Buffers;
using System.Text;

namespace PollHttp.Core.Tests;

/// <summary>Connections in every situation an application can find one in, each made anew on request, polled until None.</summary>
internal sealed class Situation
{
    private const string LengthHead = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

    public static readonly string[] Names =
    [
        "idle", "unsent", "waiting", "in head", "awaiting 100", "refused 100", "uploading", "uploading chunks", "early response",
        "in body", "body unread", "all received", "used", "abandoned", "send failed", "failed", "failed unread", "stray bytes",
        "ended", "closed", "upgraded", "tunnel taken",
    ];

    private Situation(string name, ExchangeOptions? options) => (Name, Http) = (name, new(options));

    public string Name { get; }

    public Http1Connection Http { get; }

    public ExchangeId Exchange { get; private set; }

    public Instant Now { get; } = new(1);

    public static Situation Make(string name, ExchangeOptions? options = null)
    {
        var made = new Situation(name, options);
        made.Arrange();
        made.Drain();
        return made;
    }

    public void Drain()
    {
        while (Http.Poll(Now).Kind != EventKind.None)
        {
        }
    }

    public List<EventKind> TakeEvents()
    {
        List<EventKind> taken = [];
        while (Http.Poll(Now) is { Kind: not EventKind.None } next)
        {
            taken.Add(next.Kind);
        }

        return taken;
    }

    public void Feed(string bytes)
    {
        Memory<byte> room = Http.GetReceiveBuffer();
        if (!room.IsEmpty)
        {
            Http.CommitReceived(Encoding.Latin1.GetBytes(bytes, room.Span), Now);
        }

        Drain();
    }

    /// <summary>All that can be seen from outside.</summary>
    public string Snapshot() =>
        $"{Http.SendState} {Http.ReceiveState} {Http.CloseReasons} {Http.Wants} {Http.AvailableExchanges} {Http.CurrentExchange} "
        + $"{Http.CompletedExchanges} {Http.Fault.Kind} {Http.Latest().BodyBytesReceived} {Http.Latest().IsBodyReceived} {Http.HeldMemory} "
        + $"{Encoding.Latin1.GetString(Http.GetOutput().ToArray())} {Encoding.Latin1.GetString(Http.Latest().Body.ToArray())}";

    private void Arrange()
    {
        switch (Name)
        {
            case "idle":
                break;
            case "unsent":
                Begin("GET", default, send: false);
                break;
            case "waiting":
                Begin("GET", default);
                break;
            case "in head":
                Begin("GET", default);
                Feed("HTTP/1.1 200 OK\r\nA");
                break;
            case "awaiting 100":
                Begin("POST", ContentFraming.OfLength(5), "Expect", "100-continue");
                break;
            case "refused 100":
                Begin("POST", ContentFraming.OfLength(5), "Expect", "100-continue");
                Feed("HTTP/1.1 417 X\r\nContent-Length: 0\r\n\r\n");
                break;
            case "uploading":
                Begin("POST", ContentFraming.OfLength(5));
                break;
            case "uploading chunks":
                Begin("POST", ContentFraming.Chunked);
                break;
            case "early response":
                Begin("POST", ContentFraming.OfLength(5));
                Feed(LengthHead + "hello");
                break;
            case "in body":
                Begin("GET", default);
                Feed(LengthHead);
                break;
            case "body unread":
                Begin("GET", default);
                Feed(LengthHead + "hel");
                break;
            case "all received":
                Begin("GET", default);
                Feed(LengthHead + "hello");
                break;
            case "used":
                Begin("GET", default);
                Feed("HTTP/1.1 204 X\r\n\r\n");
                break;
            case "abandoned":
                Begin("POST", ContentFraming.OfLength(5));
                Http.AbandonBody(Exchange);
                break;
            case "send failed":
                Begin("POST", ContentFraming.OfLength(5));
                Http.TransportFailed(TransportDirection.Send, new(TransportError.Reset, null));
                break;
            case "failed":
                Begin("GET", default);
                Feed("nonsense\r\n");
                break;
            case "failed unread":
                Begin("GET", default);
                Feed(LengthHead + "hel");
                Http.ReceiveEnd(EndKind.Clean);
                break;
            case "stray bytes":
                Feed("x");
                break;
            case "ended":
                Http.ReceiveEnd(EndKind.Clean);
                break;
            case "closed":
                Begin("GET", default);
                Feed(LengthHead + "hel");
                Http.Close();
                break;
            case "upgraded":
                Begin("CONNECT", default);
                Feed("HTTP/1.1 200 OK\r\n\r\nabc");
                break;
            case "tunnel taken":
                Begin("CONNECT", default);
                Feed("HTTP/1.1 200 OK\r\n\r\nabc");
                Http.TakeTunnel();
                break;
            default:
                throw new ArgumentException(Name);
        }
    }

    private void Begin(string method, ContentFraming content, string? name = null, string? value = null, bool send = true)
    {
        var head = new RequestHead { Method = method, Authority = "example.test:80", Target = method == "CONNECT" ? "example.test:80" : "/" };
        if (name is not null)
        {
            head.Headers.Add(name, value!);
        }

        Exchange = Http.Begin(head, content, Now);
        if (send)
        {
            Http.AdvanceSent(Http.GetOutput().Length, Now);
        }
    }
}
