using System.Buffers;
using System.Net;

namespace PollHttp.Testing;

/// <summary>Wraps a transport, simulated or real, with the faults of a <see cref="FaultPlan"/>.</summary>
public sealed class FaultyTransport : ITransport
{
    private readonly FaultPlan _plan;
    private readonly SeededRandom _random;
    private long _read;
    private long _written;
    private int _calls;
    private int _blocked;
    private bool _blockedLast;
    private bool _isShort;
    private TransportFailure _failure;

    /// <summary>Initializes a transport that adds faults to another one, which it owns.</summary>
    public FaultyTransport(ITransport inner, FaultPlan plan)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(plan);
        Inner = inner;
        _plan = plan;
        _random = new(plan.Seed);
    }

    /// <summary>Gets the inner transport, which a real poller must be given.</summary>
    public ITransport Inner { get; }

    /// <inheritdoc/>
    public TransportFailure Failure => HasFailed ? _failure : Inner.Failure;

    /// <inheritdoc/>
    public EndPoint? LocalEndPoint => Inner.LocalEndPoint;

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => Inner.RemoteEndPoint;

    /// <inheritdoc/>
    public TlsInfo? Tls => Inner.Tls;

    /// <inheritdoc/>
    public object? Owner { get; set; }

    internal FaultPlan Plan => _plan;

    private bool HasFailed => _failure.Error != TransportError.None;

    /// <inheritdoc/>
    public TransportStatus Poll() => HasFailed ? TransportStatus.Failed : Inner.Poll();

    /// <inheritdoc/>
    public IoResult TryRead(Memory<byte> buffer)
    {
        if (Interferes(_read, _plan.FailAfterBytesRead, out IoResult fault))
        {
            return fault;
        }

        IoResult result = Inner.TryRead(buffer[..Limit(buffer.Length, _plan.MaxReadBytes, _read, _plan.FailAfterBytesRead)]);
        _read += result.Count;
        return result;
    }

    /// <inheritdoc/>
    public IoResult TryWrite(ReadOnlySequence<byte> data)
    {
        if (Interferes(_written, _plan.FailAfterBytesWritten, out IoResult fault))
        {
            return fault;
        }

        IoResult result = Inner.TryWrite(data.Slice(0, Limit(data.Length, _plan.MaxWriteBytes, _written, _plan.FailAfterBytesWritten)));
        _written += result.Count;
        return result;
    }

    /// <inheritdoc/>
    public void ShutdownSend() => Inner.ShutdownSend();

    /// <inheritdoc/>
    public TransportInterest GetInterest(TransportInterest wanted) =>
        _blockedLast || HasFailed ? TransportInterest.Immediate : _isShort ? TransportInterest.Later : Inner.GetInterest(wanted);

    /// <inheritdoc/>
    public void Dispose() => Inner.Dispose();

    private bool Interferes(long moved, long? failAfter, out IoResult fault)
    {
        _blockedLast = false;
        if (!HasFailed && Inner.Poll() == TransportStatus.Open && _blocked < _plan.WouldBlockBeforeEachCall)
        {
            _blocked++;
            _blockedLast = true;
            fault = IoResult.WouldBlock;
            return true;
        }

        _blocked = 0;
        _isShort = !HasFailed && ++_calls == _plan.OutOfBuffersOnCall;
        if (_isShort)
        {
            fault = IoResult.WouldBlock;
            return true;
        }

        if (!HasFailed && (_calls == _plan.FailOnCall || moved >= failAfter))
        {
            _failure = new(_plan.Error, null);
        }

        fault = IoResult.Failed;
        return HasFailed;
    }

    private int Limit(long length, int most, long moved, long? failAfter)
    {
        long limit = Math.Min(Math.Min(length, most), (failAfter ?? long.MaxValue) - moved);
        return (int)(_plan.RandomSizes && limit > 0 ? _random.UpTo((int)Math.Min(limit, 64 * 1024)) : Math.Min(limit, int.MaxValue));
    }
}
