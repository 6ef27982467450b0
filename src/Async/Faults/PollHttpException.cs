using PollHttp.Addresses;

namespace PollHttp;

/// <summary>A request failed before its response head was complete.</summary>
public class PollHttpException : HttpRequestException
{
    /// <summary>Makes one from a fault.</summary>
    public PollHttpException(HttpRequestError error, string message, Exception? inner, Fault fault)
        : base(error, message, inner, fault.ProxyStatusCode == 0 ? null : (HttpStatusCode)fault.ProxyStatusCode)
    {
        Fault = fault;
    }

    /// <summary>What happened, as data.</summary>
    public Fault Fault { get; }

    /// <summary>Gets a value indicating whether the server may have acted on the request: false only when that is certain not to
    /// be.</summary>
    public bool RequestMayHaveBeenProcessed => !Fault.Exists || Fault.RequestBytesSent > 0;

    /// <summary>Gets the address that was requested when it failed, after redirects that of the last one; null where no request was.</summary>
    public Uri? RequestUri { get; init; }
}
