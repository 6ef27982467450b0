using System.Diagnostics;
using PollHttp.Core;

namespace PollHttp.Compare;

/// <summary>One connection of HTTP/2 polled by hand, with as many requests under way as the job has workers; no task anywhere.</summary>
internal sealed class Http2Race : IDisposable
{
    private const int MostBytesAPiece = 64 * 1024;
    private readonly Job _job;
    private readonly IPoller _poller;
    private readonly PollConnection _connection;
    private readonly List<ITransport> _ready = [];
    private readonly RequestHead _head = new();
    private readonly Dictionary<ExchangeId, Lane> _lanes = [];
    private readonly Stack<Lane> _free = [];
    private readonly byte[]? _piece;
    private readonly long _contentLength;
    private LatencyLog? _latencies;
    private ITransport? _transport;
    private TransportInterest _interest;
    private int _toBegin;
    private int _toFinish;

    public Http2Race(INetwork network, Job job)
    {
        _job = job;
        _contentLength = job.Work == Work.Upload ? Job.UploadBytes : 0;
        _piece = _contentLength == 0 ? null : new byte[MostBytesAPiece];
        _poller = network.CreatePoller();
        _head.Method = _piece is null ? "GET" : "POST";
        _head.Target = job.Url.PathAndQuery;
        _head.Authority = job.Url.Authority;
        ConnectionTarget target = Clients.TargetOf(job);
        _connection = new(network, target, null, _poller);
        for (int i = 0; i < job.Connections; i++)
        {
            _free.Push(new());
        }
    }

    public void Run(int requests, LatencyLog? latencies)
    {
        _latencies = latencies;
        _toBegin = requests;
        _toFinish = requests;
        while (true)
        {
            Advance();
            if (_toFinish == 0)
            {
                return;
            }

            _ready.Clear();
            _poller.Wait(TimeSpan.FromSeconds(1), _ready);
        }
    }

    public void Dispose()
    {
        if (_transport is not null && _interest != TransportInterest.None)
        {
            _poller.Set(_transport, TransportInterest.None);
        }

        _connection.Dispose();
        _poller.Dispose();
    }

    private void Advance()
    {
        bool again;
        do
        {
            _connection.Poll();
            TakeEvents();
            again = false;
            while (_toBegin > 0 && _connection.IsReusable && _free.TryPop(out Lane? lane))
            {
                _toBegin--;
                Begin(lane);
                again = true; // the next Poll sends it
            }

            if (_piece is not null)
            {
                foreach (Lane lane in _lanes.Values)
                {
                    again |= Write(lane);
                }
            }
        }
        while (again || (_connection.Interest & TransportInterest.Immediate) != 0);

        Register();
    }

    private void Begin(Lane lane)
    {
        ContentFraming framing = _contentLength == 0 ? ContentFraming.None : ContentFraming.OfLength(_contentLength);
        lane.Exchange = _connection.Http.Begin(_head, framing, _connection.Now);
        lane.BodyBytes = 0;
        lane.ContentLeft = _contentLength;
        lane.Start = _latencies is null ? 0 : Stopwatch.GetTimestamp();
        _lanes.Add(lane.Exchange, lane);
    }

    /// <summary>Gives as much content as is taken, always the same zeros; whether it was any.</summary>
    private bool Write(Lane lane)
    {
        bool any = false;
        while (lane.ContentLeft > 0 && _connection.Http.Write(lane.Exchange, _piece.AsMemory(0, (int)Math.Min(lane.ContentLeft, _piece!.Length))) is > 0 and int taken)
        {
            lane.ContentLeft -= taken;
            any = true;
            if (lane.ContentLeft == 0)
            {
                _connection.Http.FinishBody(lane.Exchange);
            }
        }

        return any;
    }

    private void TakeEvents()
    {
        while (_connection.NextEvent() is { Kind: not EventKind.None } happened)
        {
            switch (happened.Kind)
            {
                case EventKind.BodyData:
                    Lane reading = _lanes[happened.Exchange];
                    HttpExchange exchange = new(_connection.Http, happened.Exchange);
                    while (exchange.BodySlice.Length is > 0 and int length)
                    {
                        reading.BodyBytes += length;
                        _connection.Http.ConsumeBody(happened.Exchange, length);
                    }

                    break;
                case EventKind.EndOfResponse:
                    _lanes.Remove(happened.Exchange, out Lane? lane);
                    ContestantProcess.Check(_job, new HttpExchange(_connection.Http, happened.Exchange).ResponseHead.StatusCode, lane!.BodyBytes);
                    _connection.Http.Release(happened.Exchange);
                    _latencies?.Add(lane.Start);
                    _free.Push(lane);
                    _toFinish--;
                    break;
                case EventKind.Faulted or EventKind.Closed:
                    throw new ContestantException(_connection.Fault.Describe());
            }
        }
    }

    private void Register()
    {
        ITransport? transport = _connection.Transport;
        TransportInterest interest = _connection.Interest & (TransportInterest.Read | TransportInterest.Write);
        if (transport is not null && (transport != _transport || interest != _interest))
        {
            _poller.Set(transport, interest);
        }

        (_transport, _interest) = (transport, interest);
    }

    /// <summary>One request under way.</summary>
    private sealed class Lane
    {
        public ExchangeId Exchange { get; set; }

        public long BodyBytes { get; set; }

        public long ContentLeft { get; set; }

        public long Start { get; set; }
    }
}
