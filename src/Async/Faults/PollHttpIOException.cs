using PollHttp.Addresses;

namespace PollHttp;

/// <summary>A response broke off, or broke a rule, inside its body.</summary>
public class PollHttpIOException : HttpIOException
{
    /// <summary>Makes one from a fault.</summary>
    public PollHttpIOException(HttpRequestError error, string message, Exception? inner, Fault fault)
        : base(error, message, inner)
    {
        Fault = fault;
        Text = message;
    }

    /// <summary>What happened, as data: with the bytes received and expected.</summary>
    public Fault Fault { get; }

    /// <summary>Gets the message as it was given, to which the platform's property adds the kind of error.</summary>
    internal string Text { get; }

    /// <summary>Gets the address that was requested when it failed, after redirects that of the last one; null where no request was.</summary>
    public Uri? RequestUri { get; init; }
}
