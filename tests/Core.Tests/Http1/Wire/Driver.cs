using System.Buffers;
using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>
/// Drives a connection as a pump would, and keeps a log. After every step it checks what must always hold: a second poll says
/// nothing new and changes no want; whoever is not finished wants something; memory stays within the limits.
/// </summary>
internal sealed class Driver
{
    [ThreadStatic]
    private static SlabPool? s_pool;

    private readonly SlabPool _pool = s_pool ??= new();
    private readonly long _heldBefore;
    private readonly ConnectionLimits _limits;
    private readonly bool _lazy;
    private readonly List<string> _log = [];
    private readonly StringBuilder _details = new();
    private readonly StringBuilder _body = new();
    private ExchangeId _exchange;
    private ResponseHead? _head;
    private bool _closed;
    private bool _upgraded;
    private byte[] _leftover = [];
    private long _peak;

    public Driver(ExchangeOptions? options = null, bool lazy = false)
    {
        options ??= new();
        _limits = options.Limits;
        _lazy = lazy;
        _heldBefore = _pool.Outstanding;
        Http = new(options, _pool);
    }

    public Http1Connection Http { get; }

    public Instant Now { get; set; } = new(1);

    public ExchangeId Id => _exchange;

    public string Log => string.Join("; ", _log);

    public void CompleteOne()
    {
        Begin(new RequestHead { Authority = "example.test" }, null);
        Receive("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal(1, Http.AvailableExchanges);
        _log.Clear();
        _details.Clear();
        _head = null;
    }

    /// <summary>Begins an exchange and hands all of the request to the network.</summary>
    public void Begin(RequestHead head, string? content = null)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(content ?? "");
        _exchange = Http.Begin(head, content is null ? ContentFraming.None : ContentFraming.OfLength(bytes.Length), Now);
        Send();
        if (bytes.Length > 0 && Http.SendState == SendState.Body)
        {
            Assert.Equal(bytes.Length, Http.Write(_exchange, bytes));
            Http.FinishBody(_exchange);
            Send();
        }
    }

    /// <summary>Hands all output to the network.</summary>
    public string Send()
    {
        string sent = Encoding.Latin1.GetString(Http.GetOutput().ToArray());
        Http.AdvanceSent(sent.Length, Now);
        return sent;
    }

    public void Receive(string bytes) => Receive(Encoding.Latin1.GetBytes(bytes), [bytes.Length]);

    /// <summary>Receives the bytes in pieces, as far as the connection takes them; then does <paramref name="after"/>.</summary>
    public void Receive(byte[] bytes, int[] pieces, Action? after = null, bool afterEarly = false)
    {
        int position = 0;
        foreach (int piece in pieces)
        {
            int end = position + piece;
            bool last = end == bytes.Length;
            while (position < end)
            {
                Memory<byte> buffer = Http.GetReceiveBuffer();
                if (buffer.IsEmpty)
                {
                    if (!MakeRoom())
                    {
                        position = end; // nobody wants it any more
                    }

                    continue;
                }

                int count = Math.Min(buffer.Length, end - position);
                bytes.AsMemory(position, count).CopyTo(buffer);
                Http.CommitReceived(count, Now);
                position += count;
                if (position < end || !last || !afterEarly)
                {
                    Drain();
                }
            }

            if (last && afterEarly)
            {
                after?.Invoke();
                Drain();
            }
        }

        if (!afterEarly || bytes.Length == 0)
        {
            after?.Invoke();
        }

        Drain();
    }

    /// <summary>The end: a lazy reader reads now, and the connection is looked at.</summary>
    public Transcript Finish()
    {
        Drain();
        while (Http.Latest().Body.Length > 0)
        {
            Consume();
            Drain();
        }

        TellBody();
        if (_upgraded)
        {
            _leftover = Http.TakeTunnel().ToArray();
        }

        CloseReasons reasons = Http.CloseReasons & ~CloseReasons.Faulted;
        _log.Add(_closed ? Http.Fault.Exists || reasons == CloseReasons.None ? "closed" : $"closed ({reasons})"
            : _upgraded ? "switched"
            : Http.AvailableExchanges > 0 ? "reusable" : "waiting");
        Fault fault = Http.Fault;
        _details.Append(
            $"{fault.Kind} {fault.Phase} {fault.BytesReceived}/{fault.BytesExpected} sent {fault.RequestBytesSent} retry {fault.Retryable} ({fault.Detail})");
        List<HeaderField> trailers = [.. Http.Latest().Trailers];
        trailers.ForEach(t => _details.Append($" [{t.Name}: {t.Value}]"));
        _details.Append($" {Http.Latest().BodyBytesReceived} {reasons} {Encoding.Latin1.GetString(_leftover)}");
        Http.Close();
        Assert.Equal(_heldBefore, _pool.Outstanding);
        return new(Log, _details.ToString(), _head, trailers, fault, _leftover, _peak);
    }

    private void Drain()
    {
        _peak = Math.Max(_peak, Http.HeldMemory);
        Assert.True(_peak <= _limits.ReceiveHighWater + (3 * SlabPool.MaxSize), $"{_peak} bytes are held.");
        ConnectionEvent happened;
        for (int i = 0; (happened = Http.Poll(Now)).Kind != EventKind.None; i++)
        {
            Assert.True(i < 1_000_000, "Poll never says None.");
            Tell(happened);
        }

        Wants wants = Http.Wants;
        Assert.Equal(EventKind.None, Http.Poll(Now).Kind);
        Assert.Equal(wants, Http.Wants);
        Assert.Equal(_closed, wants == Wants.Nothing);
    }

    private bool MakeRoom()
    {
        if (Http.Latest().Body.Length == 0)
        {
            return false;
        }

        Consume();
        Drain();
        return true;
    }

    private void Consume()
    {
        ReadOnlySequence<byte> body = Http.Latest().Body;
        Assert.Equal(body.First.Length, Http.Latest().BodySlice.Length);
        _body.Append(Encoding.Latin1.GetString(body.ToArray()));
        Http.ConsumeBody(_exchange, body.Length);
    }

    private void Tell(ConnectionEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.Informational:
                _log.Add($"interim {Http.Latest().ResponseHead.StatusCode}");
                TellHead(Http.Latest().ResponseHead);
                break;
            case EventKind.ResponseHead:
                _head = Http.Latest().DetachResponseHead();
                _log.Add($"head {_head.StatusCode}");
                TellHead(_head);
                break;
            case EventKind.BodyData when _lazy:
                break;
            case EventKind.BodyData:
                Consume();
                break;
            case EventKind.EndOfResponse:
                TellBody();
                _log.Add("end");
                break;
            case EventKind.FinalHeadBeforeBodyEnd:
                _log.Add("early");
                break;
            case EventKind.Upgraded:
                _log.Add("upgraded");
                _upgraded = true;
                break;
            case EventKind.Faulted:
                TellBody();
                _log.Add($"fault {Http.Fault.Kind}");
                break;
            case EventKind.Closed:
                Assert.False(_closed, "Closed is said once.");
                Assert.Equal(default, happened.Exchange);
                _closed = true;
                return;
        }

        Assert.Equal(_exchange, happened.Exchange);
    }

    private void TellHead(ResponseHead head)
    {
        _details.Append($"{head} {head.ContentLength} {head.Framing}");
        foreach (HeaderField field in head.Headers)
        {
            _details.Append($" [{field.Name}: {field.Value}]");
        }

        _details.AppendLine();
    }

    private void TellBody()
    {
        if (_body.Length > 0)
        {
            _log.Add(_body.Length <= 40 ? $"body {_body}" : $"body {_body.Length} bytes");
            _details.AppendLine(_body.ToString());
            _body.Clear();
        }
    }
}
