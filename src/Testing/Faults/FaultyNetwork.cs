using System.Net;
using System.Net.Security;

namespace PollHttp.Testing;

/// <summary>Any network, simulated or real, whose transports have faults from a <see cref="FaultPlan"/>.</summary>
public sealed class FaultyNetwork : INetwork
{
    private readonly INetwork _inner;
    private readonly Func<int, FaultPlan?> _planOf;
    private int _dials;

    /// <summary>All connections have the same faults.</summary>
    public FaultyNetwork(INetwork inner, FaultPlan plan)
        : this(inner, _ => plan)
    {
    }

    /// <summary>Initializes the function says what faults the nth dial has, from 1; null for none.</summary>
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
    /// <remarks>The faults move outside: they hit decrypted bytes, not records.</remarks>
    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker)
    {
        var faulty = (FaultyTransport)inner;
        return new FaultyTransport(_inner.WrapTls(faulty.Inner, options, waker), faulty.Plan);
    }

    /// <inheritdoc/>
    public IPoller CreatePoller() => new FaultyPoller(_inner.CreatePoller());
}
