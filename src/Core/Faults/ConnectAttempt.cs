using System.Net;

namespace PollHttp.Core;

/// <summary>One address that was tried, and what became of it.</summary>
/// <param name="EndPoint">The address.</param>
/// <param name="Failure">Why it failed; the default value when it had not answered yet.</param>
public readonly record struct ConnectAttempt(EndPoint EndPoint, TransportFailure Failure)
{
    /// <summary>Address and outcome in words, without a full stop.</summary>
    public string Describe() => $"{EndPoint}: {(Failure.Error == TransportError.None ? "no answer" : Failure.Describe())}";
}
