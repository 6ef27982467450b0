using System.Net;
using System.Net.Security;

namespace PollHttp.Testing;

/// <summary>Wraps a network, simulated or real, so that its transports have the faults of a <see cref="FaultPlan"/>.</summary>
public sealed class FaultyNetwork : INetwork
{
    private readonly INetwork _inner;
    private readonly Func<int, FaultPlan?> _planOf;
    private int _dials;

    /// <summary>Initializes a network in which all connections have the same faults.</summary>
    public FaultyNetwork(INetwork inner, FaultPlan plan)
        : this(inner, _ => plan)
    {
    }

    /// <summary>Initializes a network in which a function gives the faults of the nth dial, from 1; null for none.</summary>
    public FaultyNetwork(INetwork inner, Func<int, FaultPlan?> planOf)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(planOf);
        _inner = inner;
        _planOf = planOf;
    }

    /// <inheritdoc/>
    public IResolver Resolver => _inner.Resolver;

    /// <inheritdoc/>
    public TimeProvider TimeProvider => _inner.TimeProvider;

    /// <inheritdoc/>
    public ITransport Dial(EndPoint endPoint)
    {
        ITransport transport = _inner.Dial(endPoint);
        return new FaultyTransport(transport, _planOf(++_dials) ?? new());
    }

    /// <inheritdoc/>
    public void PrepareTls() => _inner.PrepareTls();

    /// <inheritdoc/>
    /// <remarks>The faults apply to decrypted bytes, not to TLS records.</remarks>
    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker)
    {
        var faulty = (FaultyTransport)inner;
        return new FaultyTransport(_inner.WrapTls(faulty.Inner, options, waker), faulty.Plan);
    }

    /// <inheritdoc/>
    public IPoller CreatePoller() => new FaultyPoller(_inner.CreatePoller());
}
