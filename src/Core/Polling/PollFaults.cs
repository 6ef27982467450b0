namespace PollHttp.Core;

/// <summary>Decides how a <see cref="PollClient"/> reports the end of its connection.</summary>
internal static class PollFaults
{
    /// <summary>Returns the status that a fault leads to.</summary>
    public static PollStatus Classify(PollStatus status, in Fault fault) => status switch
    {
        PollStatus.Resolving when fault.Kind == FaultKind.ResolveFailed || fault.Phase == ConnectPhase.Resolve
            => PollStatus.CantResolve,
        PollStatus.Resolving or PollStatus.Connecting when fault.Kind == FaultKind.TlsFailed || fault.Phase == ConnectPhase.Tls
            => PollStatus.TlsHandshakeError,
        PollStatus.Resolving or PollStatus.Connecting => PollStatus.CantConnect,
        _ => PollStatus.ConnectionError,
    };

    /// <summary>Returns the failure that ended an idle connection; none if it was closed in order.</summary>
    public static Fault OfIdle(PollConnection connection)
    {
        Fault fault = connection.Fault;
        TransportFailure failure = connection.Transport?.Failure ?? default;
        return fault.Exists || failure.Error == TransportError.None ? fault : connection.WithTarget(new Fault
        {
            Kind = FaultKind.ConnectionReset, Phase = ConnectPhase.Http, Transport = failure, BytesExpected = -1, Retryable = true,
        });
    }

    /// <summary>Returns the fault of a request on a connection that had ended.</summary>
    public static Fault OfRequestAfterEnd(PollConnection connection, ContentFraming content) => OfIdle(connection) is { Exists: true } fault
        ? fault with { Retryable = true }
        : connection.WithTarget(new Fault
        {
            Kind = (connection.Http.CloseReasons & CloseReasons.BytesWhileIdle) != 0 ? FaultKind.UnsolicitedBytes : FaultKind.ClosedBeforeResponse,
            Phase = ConnectPhase.Http,
            BytesExpected = -1,
            RequestContentLength = content.Length,
            Retryable = true,
        });

    /// <summary>Returns the fault for a connection that failed without one.</summary>
    public static Fault OfUnknown(PollConnection connection) =>
        connection.WithTarget(new Fault { Kind = FaultKind.ConnectionReset, Phase = connection.Phase, BytesExpected = -1 });
}
