using System.Net;

namespace PollHttp.Core;

/// <summary>
/// Gets a connected transport for the name that is dialed, which is the proxy's if there is one. Looks up the address of the origin if a
/// SOCKS proxy needs it, then runs a <see cref="ConnectRace"/>.
/// </summary>
internal sealed class Dialing(INetwork network, ConnectionTarget target, PollConnectionOptions options, IPoller? waker, object owner)
{
    private const string NoAddresses = "the name has no addresses";

    private OriginLookup? _lookup;
    private ConnectRace? _race;

    /// <summary>Gets the address of the origin that is sent to the proxy; null if the name is sent.</summary>
    public IPAddress? Origin { get; private set; }

    /// <summary>Gets the reason why connecting has failed; the default value while it may still succeed.</summary>
    public Fault Fault { get; private set; }

    /// <summary>Gets the connected transport; null while there is none.</summary>
    public ITransport? Winner => _race?.Winner;

    /// <summary>Gets the transport of the attempt that has been under way the longest, or null.</summary>
    public ITransport? Oldest => _race?.Oldest;

    /// <summary>Gets the address connected to, or tried last.</summary>
    public EndPoint? EndPoint => _race?.EndPoint;

    /// <summary>Gets all addresses that were tried, in order; null before the first.</summary>
    public IReadOnlyList<ConnectAttempt>? Attempts => _race?.Attempts;

    /// <summary>Gets the time when the first address was dialed; <see cref="Instant.Never"/> before.</summary>
    public Instant BegunAt => _race?.BegunAt ?? Instant.Never;

    public bool IsResolving => _lookup is not null || _race is { IsResolving: true };

    /// <summary>Gets the phase: Resolve while a lookup runs and no address has been tried, otherwise Tcp.</summary>
    public ConnectPhase Phase => IsResolving && _race is not { HasBegun: true } ? ConnectPhase.Resolve : ConnectPhase.Tcp;

    /// <summary>Gets the latest time to call <see cref="Poll"/>.</summary>
    public Instant Deadline => _race?.Deadline ?? Instant.Never;

    /// <summary>Gets the transports that are being opened in parallel to <see cref="Oldest"/>.</summary>
    public ITransport[] GetContenders() => _race?.GetContenders() ?? [];

    public void Begin()
    {
        if (target is { Proxy.ResolvesHere: true, Host: var host } && !IPAddress.TryParse(host, out _))
        {
            _lookup = new(network, options, target, waker);
        }
        else
        {
            BeginRace(target.EndPoint);
        }
    }

    /// <summary>Connects again to the same address, after a proxy closed the connection with its challenge.</summary>
    public void BeginAgain() => BeginRace(EndPoint);

    public void Poll(Instant now)
    {
        if (_lookup is { } lookup)
        {
            if (!lookup.Poll() || _lookup is null)
            {
                return; // the filter, which was asked about an address, may have closed it
            }

            _lookup = null;
            TakeOrigin(lookup);
            return;
        }

        ConnectRace race = _race!;
        race.Poll(now);
        if (race.IsLost)
        {
            Fail(race.HasBegun, race.Attempts, race.LookupFailure, target.Proxy?.Way);
        }
    }

    /// <summary>Closes all transports and abandons what is under way.</summary>
    public void Close()
    {
        _lookup?.Close();
        _lookup = null;
        _race?.Close();
    }

    private void BeginRace(EndPoint? endPoint)
    {
        _race = new ConnectRace(network, options, target.DialHost, target.DialPort, owner);
        if (endPoint is not null)
        {
            _race.Add(endPoint);
        }
        else if (IPAddress.TryParse(target.DialHost, out IPAddress? address))
        {
            _race.Add(new IPEndPoint(address, target.DialPort));
        }
        else
        {
            _race.Resolve(waker);
        }
    }

    private void TakeOrigin(OriginLookup lookup)
    {
        if (lookup.Address is { } address)
        {
            Origin = address;
            BeginRace(target.EndPoint);
        }
        else
        {
            Fail(hasTried: lookup.Refused.Count > 0, lookup.Refused, lookup.Failure, null);
        }
    }

    private void Fail(bool hasTried, IReadOnlyList<ConnectAttempt> attempts, Exception? lookupFailure, string? proxy) => Fault = hasTried
        ? new()
        {
            Kind = FaultKind.ConnectFailed,
            Phase = ConnectPhase.Tcp,
            Retryable = true,
            Attempts = attempts,
            Detail = proxy,
            Transport = attempts[^1].Failure,
        }
        : new()
        {
            Kind = FaultKind.ResolveFailed,
            Phase = ConnectPhase.Resolve,
            Retryable = true,
            Transport = lookupFailure is null ? default : new(TransportError.Other, lookupFailure),
            Detail = lookupFailure is not null ? proxy : proxy is null ? NoAddresses : $"{proxy}; {NoAddresses}",
        };
}
