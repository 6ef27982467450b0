using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>Drives a connection over real sockets, waiting for exactly what it wants.</summary>
internal static class ConnectDriver
{
    public static PollConnection Open(INetwork network, ConnectionTarget target, PollConnectionOptions? options = null)
    {
        using IPoller poller = network.CreatePoller();
        PollConnection connection = new(network, target, options, poller);
        while (true)
        {
            connection.Poll();
            if (connection.Phase is ConnectPhase.Http or ConnectPhase.Closed)
            {
                return connection;
            }

            Wait(connection, poller);
        }
    }

    /// <summary>One GET, its whole response as text.</summary>
    public static string Get(INetwork network, PollConnection connection)
    {
        using IPoller poller = network.CreatePoller();
        ExchangeId exchange = connection.Http.Begin(new RequestHead { Authority = "localhost" }, ContentFraming.None, connection.Now);
        System.Text.StringBuilder body = new();
        while (true)
        {
            connection.Poll();
            for (ConnectionEvent next = connection.NextEvent(); next.Kind != EventKind.None; next = connection.NextEvent())
            {
                switch (next.Kind)
                {
                    case EventKind.BodyData:
                        ReadOnlyMemory<byte> slice = new HttpExchange(connection.Http, exchange).BodySlice;
                        body.Append(System.Text.Encoding.Latin1.GetString(slice.Span));
                        connection.Http.ConsumeBody(exchange, slice.Length);
                        break;
                    case EventKind.EndOfResponse:
                        return body.ToString();
                    case EventKind.Faulted:
                        throw new IOException(connection.Fault.Describe());
                }
            }

            Wait(connection, poller);
        }
    }

    private static void Wait(PollConnection connection, IPoller poller)
    {
        TransportInterest interest = connection.Interest;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            return;
        }

        List<(ITransport Transport, TransportInterest Interest)> waited =
            [.. connection.Contenders.Select(contender => (contender, contender.GetInterest(TransportInterest.None)))];
        if (connection.Transport is { } transport && interest != TransportInterest.None)
        {
            waited.Add((transport, interest));
        }

        foreach ((ITransport each, TransportInterest wanted) in waited)
        {
            poller.Set(each, wanted);
        }

        Instant deadline = connection.Wants.Deadline;
        TimeSpan left = deadline == Instant.Never ? Pump.Guard : deadline - connection.Now;
        poller.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero, []);
        foreach ((ITransport each, _) in waited)
        {
            poller.Set(each, TransportInterest.None);
        }
    }
}
