using System.Diagnostics;
using System.Net.Security;
using PollHttp.Core;

namespace PollHttp.Compare;

/// <summary>A driver in its smallest form: poll what is ready, take its events, wait for what it wants.</summary>
internal sealed class PollRace : IDisposable
{
    private readonly Job _job;
    private readonly byte[]? _content;
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
        _content = job.Work == Work.Post ? new byte[Job.PostBytes] : null;
        _poller = network.CreatePoller();
        _head.Method = _content is null ? "GET" : "POST";
        _head.Target = job.Url.PathAndQuery;
        _head.Authority = job.Url.Authority;
        ConnectionTarget target = new()
        {
            Host = job.Url.Host,
            Port = job.Url.Port,
            Tls = job.Url.Scheme == "https" ? new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Clients.Trust } : null,
        };
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
        foreach (Lane lane in _lanes)
        {
            Advance(lane);
        }

        while (_toFinish > 0)
        {
            _ready.Clear();
            if (_poller.Wait(TimeSpan.FromSeconds(1), _ready) == 0)
            {
                // A second without a byte: only deadlines can be due.
                foreach (Lane lane in _lanes)
                {
                    Advance(lane);
                }
            }

            foreach (ITransport transport in _ready)
            {
                Advance(_laneOf[transport.Owner!]);
            }
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
                Begin(connection);
                again = true; // the next Poll sends it
            }
        }
        while (again || (connection.Interest & TransportInterest.Immediate) != 0);

        lane.Register(_poller);
    }

    private void Begin(PollConnection connection)
    {
        if (_content is null)
        {
            connection.Http.Begin(_head, ContentFraming.None, connection.Now);
            return;
        }

        ExchangeId exchange = connection.Http.Begin(_head, ContentFraming.OfLength(_content.Length), connection.Now);
        connection.Http.Write(exchange, _content);
        connection.Http.FinishBody(exchange);
    }

    private void TakeEvents(Lane lane)
    {
        HttpConnection http = lane.Connection.Http;
        while (true)
        {
            ConnectionEvent happened = lane.Connection.NextEvent();
            switch (happened.Kind)
            {
                case EventKind.None:
                    return;
                case EventKind.BodyData:
                    while (http.BodySlice.Length is > 0 and int length)
                    {
                        lane.BodyBytes += length;
                        http.ConsumeBody(happened.Exchange, length);
                    }

                    break;
                case EventKind.EndOfResponse:
                    ContestantProcess.Check(_job, http.ResponseHead.StatusCode, lane.BodyBytes);
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
