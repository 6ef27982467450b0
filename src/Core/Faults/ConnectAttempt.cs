using System.Net;

namespace PollHttp.Core;

/// <summary>Describes one address that was tried, and the outcome.</summary>
/// <param name="EndPoint">The address.</param>
/// <param name="Failure">Why it failed; the default value if it had not answered yet.</param>
public readonly record struct ConnectAttempt(EndPoint EndPoint, TransportFailure Failure)
{
    /// <summary>Describes the address and the outcome, without a full stop.</summary>
    public string Describe() => $"{EndPoint}: {(Failure.Error == TransportError.None ? "no answer" : Failure.Describe())}";
}
