using PollHttp.Addresses;

namespace PollHttp;

/// <summary>Thrown when the body of a response is cut short or invalid.</summary>
public class PollHttpIOException : HttpIOException
{
    /// <summary>Initializes an exception from a fault.</summary>
    public PollHttpIOException(HttpRequestError error, string message, Exception? inner, Fault fault)
        : base(error, message, inner)
    {
        Fault = fault;
        Text = message;
    }

    /// <summary>Gets the fault, which describes the error as data, including the bytes received and expected.</summary>
    public Fault Fault { get; }

    /// <summary>Gets the original message, to which the platform's property adds the kind of error.</summary>
    internal string Text { get; }

    /// <summary>
    /// Gets the address that was requested when it failed (after redirects, that of the last request); null if there was no request.
    /// </summary>
    public Uri? RequestUri { get; init; }
}
