using System.Buffers;
using System.Text;
using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>
/// Drives a connection as a pump would, with frames of a server in any cutting, and keeps a log of events and of the frames sent. After every
/// step it checks what must always hold: a second poll says nothing and changes no want; a connection that is not finished wants something;
/// what Wants says of the output is so.
/// </summary>
internal sealed class Http2Driver
{
    [ThreadStatic]
    private static SlabPool? s_pool;

    private readonly SlabPool _pool = s_pool ??= new();
    private readonly long _heldBefore;
    private readonly List<string> _log = [];
    private readonly List<byte> _sent = [];
    private readonly Http2FieldsOfClient _fields = new();
    private readonly Dictionary<long, StringBuilder> _bodies = [];

    public Http2Driver(
        ConnectionLimits? limits = null, Http2Options? options = null, ConnectionTimeouts? timeouts = null, Leniency leniency = Leniency.Default)
    {
        _heldBefore = _pool.Outstanding;
        Http = new(new() { Limits = limits ?? new(), Timeouts = timeouts ?? new(), Leniency = leniency }, _pool, options);
    }

    public Http2Connection Http { get; }

    public Instant Now { get; set; } = new(1);

    /// <summary>Whether bodies are left unread.</summary>
    public bool IsLazy { get; set; }

    /// <summary>How many bytes come at once; 0, all.</summary>
    public int PieceSize { get; set; }

    public string Log => string.Join("; ", _log);

    /// <summary>Whether the fields of requests are told.</summary>
    public bool TellsFields { set => _fields.TellsFields = value; }

    /// <summary>Limits the table of the server, whose setting was acknowledged: the next block has to confirm it.</summary>
    public void LimitTable(int size) => _fields.LimitTable(size);

    /// <summary>The frames sent, in short.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>A connection on which the server's settings have come and the first exchanges have begun.</summary>
    public static Http2Driver Open(int exchanges = 1, ConnectionLimits? limits = null, Http2Options? options = null, params (int Id, uint Value)[] settings) =>
        Open(new(limits, options), exchanges, settings);

    /// <summary>The same with times.</summary>
    public static Http2Driver Open(int exchanges, ConnectionTimeouts timeouts, params (int Id, uint Value)[] settings) =>
        Open(new(null, null, timeouts), exchanges, settings);

    /// <summary>The same with one exchange, and what is accepted of its response.</summary>
    public static Http2Driver Open(Leniency leniency) => Open(new(leniency: leniency), 1, []);

    private static Http2Driver Open(Http2Driver driver, int exchanges, (int Id, uint Value)[] settings)
    {
        for (int i = 0; i < exchanges; i++)
        {
            driver.Get();
        }

        driver.Send();
        driver.Receive(Http2Frame.Settings(settings), Http2Frame.SettingsAck());
        driver.Send();
        driver.Sent.Clear();
        driver._log.Clear();
        return driver;
    }

    public ExchangeId Get(string path = "/", string method = "GET") =>
        Http.Begin(new RequestHead { Method = method, Target = path, Authority = "example.test" }, ContentFraming.None, Now);

    public ExchangeId Post(ContentFraming content, params (string Name, string Value)[] fields)
    {
        RequestHead head = new() { Method = "POST", Target = "/", Authority = "example.test" };
        foreach ((string name, string value) in fields)
        {
            head.Headers.Add(name, value);
        }

        return Http.Begin(head, content, Now);
    }

    /// <summary>Hands all output to the network, and notes its frames.</summary>
    public Http2Driver Send(int most = int.MaxValue)
    {
        while (!Http.GetOutput().IsEmpty && most > 0)
        {
            byte[] output = Http.GetOutput().ToArray();
            int count = Math.Min(output.Length, most);
            most -= count;
            _sent.AddRange(output.AsSpan(0, count));
            Http.AdvanceSent(count, Now);
        }

        NoteSent();
        Drain();
        return this;
    }

    public Http2Driver Receive(params Http2Frame[] frames) => Receive((byte[])[.. frames.SelectMany(static f => f.ToArray())]);

    public Http2Driver Receive(byte[] bytes)
    {
        for (int position = 0; position < bytes.Length;)
        {
            Memory<byte> buffer = Http.GetReceiveBuffer();
            if (buffer.IsEmpty)
            {
                break;
            }

            int count = Math.Min(Math.Min(buffer.Length, bytes.Length - position), PieceSize == 0 ? int.MaxValue : PieceSize);
            bytes.AsMemory(position, count).CopyTo(buffer);
            Http.CommitReceived(count, Now);
            position += count;
            Drain();
        }

        return this;
    }

    public Http2Driver End(EndKind kind = EndKind.Clean)
    {
        Http.ReceiveEnd(kind);
        Drain();
        return this;
    }

    public Http2Driver PassTime(TimeSpan time)
    {
        Now += time;
        Http.HandleDeadline(Now);
        Drain();
        return this;
    }

    /// <summary>Reads what a lazy reader left.</summary>
    public Http2Driver Read(ExchangeId exchange, long most = long.MaxValue)
    {
        Consume(exchange, most);
        Drain();
        return this;
    }

    /// <summary>Takes the log.</summary>
    public string TakeLog()
    {
        string log = Log;
        _log.Clear();
        return log;
    }

    public string TakeSent()
    {
        string sent = string.Join("; ", Sent);
        Sent.Clear();
        return sent;
    }

    /// <summary>Closes, and finds that every buffer was given back.</summary>
    public void Finish()
    {
        Http.Close();
        while (Http.Poll(Now).Kind != EventKind.None)
        {
        }

        Assert.Equal(_heldBefore, _pool.Outstanding);
    }

    public void Drain()
    {
        ConnectionEvent happened;
        for (int i = 0; (happened = Http.Poll(Now)).Kind != EventKind.None; i++)
        {
            Assert.True(i < 1_000_000, "Poll never says None.");
            Tell(happened);
        }

        Wants wants = Http.Wants;
        Assert.Equal(EventKind.None, Http.Poll(Now).Kind);
        Assert.Equal(wants, Http.Wants);
        Assert.Equal(wants.Writable, !Http.GetOutput().IsEmpty);
        Assert.True(wants != Wants.Nothing || Http.Stage == Http2Stage.Closed, "It wants nothing, and is not closed.");
        Assert.InRange(Http.AvailableExchanges, 0, int.MaxValue);
    }

    private void Tell(ConnectionEvent happened)
    {
        HttpExchange exchange = new(Http, happened.Exchange);
        long id = happened.Exchange.Value;
        switch (happened.Kind)
        {
            case EventKind.Informational:
                Note(id, $"interim {exchange.ResponseHead.StatusCode}");
                break;
            case EventKind.ResponseHead:
                Note(id, $"head {exchange.ResponseHead.StatusCode}");
                break;
            case EventKind.BodyData when IsLazy:
                break;
            case EventKind.BodyData:
                Consume(happened.Exchange, long.MaxValue);
                break;
            case EventKind.EndOfResponse:
                TellBody(id);
                string trailers = string.Concat(exchange.Trailers.Select(static t => $" [{t.Name}: {t.Value}]"));
                Note(id, "end" + trailers);
                break;
            case EventKind.FinalHeadBeforeBodyEnd:
                Note(id, "early");
                break;
            case EventKind.Faulted:
                TellBody(id);
                Note(id, $"fault {exchange.Fault.Kind}{(exchange.Fault.ErrorCode is { } code ? $" {code}" : "")}{(exchange.Fault.Unprocessed ? " unprocessed" : "")}");
                break;
            case EventKind.Closed:
                Assert.Equal(0, id);
                _log.Add("closed");
                break;
            default:
                Note(id, happened.Kind.ToString());
                break;
        }
    }

    private void Note(long id, string what) => _log.Add(id == 1 ? what : $"{id}: {what}");

    private void Consume(ExchangeId exchange, long most)
    {
        ReadOnlySequence<byte> body = new HttpExchange(Http, exchange).Body;
        body = body.Slice(0, Math.Min(most, body.Length));
        if (!_bodies.TryGetValue(exchange.Value, out StringBuilder? text))
        {
            _bodies[exchange.Value] = text = new();
        }

        text.Append(Encoding.Latin1.GetString(body.ToArray()));
        Http.ConsumeBody(exchange, body.Length);
    }

    private void TellBody(long id)
    {
        if (_bodies.Remove(id, out StringBuilder? text) && text.Length > 0)
        {
            Note(id, text.Length <= 40 ? $"body {text}" : $"body {text.Length} bytes");
        }
    }

    private void NoteSent()
    {
        ReadOnlySpan<byte> preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
        if (_sent.Count >= preface.Length && _sent.ToArray().AsSpan().StartsWith(preface))
        {
            _sent.RemoveRange(0, preface.Length);
            Sent.Add("preface");
        }

        while (_sent.Count >= 9)
        {
            byte[] octets = [.. _sent];
            int length = (octets[0] << 16) | (octets[1] << 8) | octets[2];
            if (octets.Length < 9 + length)
            {
                return;
            }

            _sent.RemoveRange(0, 9 + length);
            Sent.Add(_fields.Describe(octets.AsSpan(0, 9 + length)));
        }
    }
}
