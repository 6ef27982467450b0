using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>
/// A fixture told as prose: a request, the bytes that come back, and the log of events they must give, in every cutting.
/// <code>
/// Exchange.Get("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").Logs("head 200; body hello; end; reusable");
/// </code>
/// </summary>
/// <remarks>
/// The log says what a driver sees, in order: <c>interim 103</c>, <c>head 200</c>, <c>body hello</c> (all of it, however it
/// came; longer ones as <c>body 1000 bytes</c>), <c>end</c>, <c>fault TruncatedBody</c>, <c>upgraded</c>; and last how the
/// connection stands: <c>reusable</c>, <c>waiting</c>, <c>closed</c> or <c>closed (ServerAsked)</c> with the reasons.
/// </remarks>
internal sealed class Exchange
{
    private readonly byte[] _response;
    private readonly List<(string Name, string Value)> _fields = [];
    private ExchangeOptions _options = new();
    private string _method = "GET";
    private string _target = "/";
    private string? _content;
    private EndKind? _end;
    private bool _reset;
    private bool _reused;

    private Exchange(byte[] response) => _response = response;

    public static Exchange Get(string response) => new(Encoding.Latin1.GetBytes(response));

    public static Exchange Get(byte[] response) => new(response);

    /// <summary>A method other than GET.</summary>
    public Exchange For(string method, string target = "/")
    {
        (_method, _target) = (method, target);
        return this;
    }

    public Exchange With(string name, string value)
    {
        _fields.Add((name, value));
        return this;
    }

    public Exchange Sending(string content)
    {
        _content = content;
        return this;
    }

    public Exchange Limited(Action<ConnectionLimits> limits)
    {
        limits(_options.Limits);
        return this;
    }

    /// <summary>More is accepted than by default.</summary>
    public Exchange Lenient(Leniency more) => Accepting(Leniency.LineFolding | more);

    public Exchange Strict() => Accepting(Leniency.None);

    /// <summary>After the bytes the connection ends.</summary>
    public Exchange ThenEnds(EndKind kind = EndKind.Clean)
    {
        _end = kind;
        return this;
    }

    /// <summary>After the bytes the connection is reset.</summary>
    public Exchange ThenResets()
    {
        _reset = true;
        return this;
    }

    /// <summary>An exchange was completed on the connection before.</summary>
    public Exchange OnReused()
    {
        _reused = true;
        return this;
    }

    /// <summary>Runs every cutting; all must give this log, and the same heads, bodies and fault to the last number.</summary>
    public Transcript Logs(string expected)
    {
        Transcript? first = null;
        foreach (Cutting cutting in Cutting.All(_response.Length))
        {
            Transcript transcript = Run(cutting);
            Assert.True(expected == transcript.Log, $"{cutting.Name}{(cutting.Lazy ? ", lazy" : "")}: {transcript.Log}\ninstead of {expected}");
            first ??= transcript;
            Assert.Equal(first.Details, transcript.Details);
        }

        return first!;
    }

    /// <summary>Refused before a head was reported.</summary>
    public Transcript IsRefused(FaultKind kind) => Logs($"fault {kind}; closed");

    public Transcript Run(Cutting cutting)
    {
        var driver = new Driver(_options, cutting.Lazy);
        if (_reused)
        {
            driver.CompleteOne();
        }

        var head = new RequestHead { Method = _method, Target = _target, Authority = "example.test" };
        foreach ((string name, string value) in _fields)
        {
            head.Headers.Add(name, value);
        }

        driver.Begin(head, _content);
        driver.Receive(_response, cutting.Pieces, () =>
        {
            if (_end is { } kind)
            {
                driver.Http.ReceiveEnd(kind);
            }

            if (_reset)
            {
                driver.Http.TransportFailed(TransportDirection.Receive, new(TransportError.Reset, null));
            }
        }, cutting.EndEarly);
        return driver.Finish();
    }

    private Exchange Accepting(Leniency leniency)
    {
        _options = new() { Limits = _options.Limits, Leniency = leniency };
        return this;
    }
}
