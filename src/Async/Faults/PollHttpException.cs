using PollHttp.Addresses;

namespace PollHttp;

/// <summary>Thrown when a request fails before its response head is complete.</summary>
public class PollHttpException : HttpRequestException
{
    /// <summary>Initializes an exception from a fault.</summary>
    public PollHttpException(HttpRequestError error, string message, Exception? inner, Fault fault)
        : base(error, message, inner, fault.ProxyStatusCode == 0 ? null : (HttpStatusCode)fault.ProxyStatusCode)
    {
        Fault = fault;
    }

    /// <summary>Gets the fault, which describes the error as data.</summary>
    public Fault Fault { get; }

    /// <summary>
    /// Gets a value indicating whether the server may have acted on the request. False only if that is certainly not the case.
    /// </summary>
    public bool RequestMayHaveBeenProcessed => !Fault.Exists || Fault.RequestBytesSent > 0;

    /// <summary>
    /// Gets the address that was requested when it failed (after redirects, that of the last request); null if there was no request.
    /// </summary>
    public Uri? RequestUri { get; init; }
}
