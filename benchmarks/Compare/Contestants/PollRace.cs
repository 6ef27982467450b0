using System.Diagnostics;
using PollHttp.Core;

namespace PollHttp.Compare;

/// <summary>A driver in its smallest form: poll what is ready, take its events, wait for what it wants.</summary>
internal sealed class PollRace : IDisposable
{
    private const int MostBytesAPiece = 64 * 1024;
    private readonly Job _job;
    private readonly byte[]? _piece;
    private readonly long _contentLength;
    private readonly IPoller _poller;
    private readonly Lane[] _lanes;
    private readonly Dictionary<object, Lane> _laneOf = new(ReferenceEqualityComparer.Instance);
    private readonly List<ITransport> _ready = [];
    private readonly RequestHead _head = new();
    private LatencyLog? _latencies;
    private int _toBegin;
    private int _toFinish;

    public PollRace(INetwork network, Job job)
    {
        _job = job;
        _contentLength = job.Work switch
        {
            Work.Post => Job.PostBytes,
            Work.Upload => Job.UploadBytes,
            _ => 0,
        };
        _piece = _contentLength == 0 ? null : new byte[Math.Min(_contentLength, MostBytesAPiece)];
        _poller = network.CreatePoller();
        _head.Method = _piece is null ? "GET" : "POST";
        _head.Target = job.Url.PathAndQuery;
        _head.Authority = job.Url.Authority;
        ConnectionTarget target = Clients.TargetOf(job);
        _lanes = new Lane[job.Connections];
        for (int i = 0; i < _lanes.Length; i++)
        {
            PollConnection connection = new(network, target, null, _poller);
            _lanes[i] = new(connection);
            _laneOf.Add(connection, _lanes[i]);
        }
    }

    public void Run(int requests, LatencyLog? latencies)
    {
        _latencies = latencies;
        _toBegin = requests;
        _toFinish = requests;
        for (int i = 0; i < _lanes.Length; i++)
        {
            Advance(_lanes[i]);
            if (_job.Work == Work.Idle)
            {
                IdleRace.Pace(i);
            }
        }

        while (_toFinish > 0)
        {
            if (Wait(TimeSpan.FromSeconds(1)) == 0)
            {
                // A second without a byte: only deadlines can be due.
                foreach (Lane lane in _lanes)
                {
                    Advance(lane);
                }
            }
        }
    }

    /// <summary>Sleeps in the poller for so long.</summary>
    public void Rest(TimeSpan time)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < time)
        {
            Wait(time - watch.Elapsed);
        }
    }

    public void Dispose()
    {
        foreach (Lane lane in _lanes)
        {
            lane.Unregister(_poller);
            lane.Connection.Dispose();
        }

        _poller.Dispose();
    }

    /// <summary>Sleeps until something is ready, and advances that; how many it was.</summary>
    private int Wait(TimeSpan longest)
    {
        _ready.Clear();
        int count = _poller.Wait(longest, _ready);
        foreach (ITransport transport in _ready)
        {
            Advance(_laneOf[transport.Owner!]);
        }

        return count;
    }

    private void Advance(Lane lane)
    {
        PollConnection connection = lane.Connection;
        bool again;
        do
        {
            connection.Poll();
            TakeEvents(lane);
            again = false;
            if (!lane.Busy && _toBegin > 0 && connection.IsReusable)
            {
                _toBegin--;
                lane.Busy = true;
                lane.BodyBytes = 0;
                lane.Start = _latencies is null ? 0 : Stopwatch.GetTimestamp();
                Begin(lane);
                again = true; // the next Poll sends it
            }

            if (lane.ContentLeft > 0 && lane.OnWire.SendState == SendState.Body)
            {
                again |= Write(lane);
            }
        }
        while (again || (connection.Interest & TransportInterest.Immediate) != 0);

        lane.Register(_poller);
    }

    private void Begin(Lane lane)
    {
        PollConnection connection = lane.Connection;
        ContentFraming framing = _contentLength == 0 ? ContentFraming.None : ContentFraming.OfLength(_contentLength);
        lane.Exchange = connection.Http.Begin(_head, framing, connection.Now);
        lane.ContentLeft = _contentLength;
    }

    /// <summary>Gives as much content as is taken, always the same zeros; whether it was any.</summary>
    private bool Write(Lane lane)
    {
        HttpConnection http = lane.Connection.Http;
        bool any = false;
        while (lane.ContentLeft > 0 && http.Write(lane.Exchange, _piece.AsMemory(0, (int)Math.Min(lane.ContentLeft, _piece!.Length))) is > 0 and int taken)
        {
            lane.ContentLeft -= taken;
            any = true;
        }

        if (lane.ContentLeft == 0)
        {
            http.FinishBody(lane.Exchange);
        }

        return any;
    }

    private void TakeEvents(Lane lane)
    {
        while (true)
        {
            ConnectionEvent happened = lane.Connection.NextEvent();
            switch (happened.Kind)
            {
                case EventKind.None:
                    return;
                case EventKind.BodyData:
                    while (lane.OnWire.BodySlice.Length is > 0 and int length)
                    {
                        lane.BodyBytes += length;
                        lane.Connection.Http.ConsumeBody(happened.Exchange, length);
                    }

                    break;
                case EventKind.EndOfResponse:
                    ContestantProcess.Check(_job, lane.OnWire.ResponseHead.StatusCode, lane.BodyBytes);
                    _latencies?.Add(lane.Start);
                    lane.Busy = false;
                    _toFinish--;
                    break;
                case EventKind.Faulted or EventKind.Closed:
                    throw new ContestantException(lane.Connection.Fault.Describe());
            }
        }
    }

    /// <summary>One connection, and what the poller was last told about it.</summary>
    private sealed class Lane(PollConnection connection)
    {
        private ITransport? _transport;
        private TransportInterest _interest;

        public PollConnection Connection => connection;

        public bool Busy { get; set; }

        public ExchangeId Exchange { get; set; }

        public HttpExchange OnWire => new(connection.Http, Exchange);

        public long ContentLeft { get; set; }

        public long BodyBytes { get; set; }

        public long Start { get; set; }

        public void Register(IPoller poller)
        {
            ITransport? transport = connection.Transport;
            TransportInterest interest = connection.Interest & (TransportInterest.Read | TransportInterest.Write);
            if (transport == _transport && interest == _interest)
            {
                return;
            }

            if (transport is not null)
            {
                poller.Set(transport, interest);
            }

            _transport = transport;
            _interest = interest;
        }

        public void Unregister(IPoller poller)
        {
            if (_transport is not null && _interest != TransportInterest.None)
            {
                poller.Set(_transport, TransportInterest.None);
            }
        }
    }
}
