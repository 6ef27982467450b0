namespace PollHttp.Authentication;

/// <summary>Represents an answer to a challenge: creates the value of Authorization or Proxy-Authorization for the requests of one or many
/// exchanges.</summary>
/// <remarks>Its text is its scheme, never a secret.</remarks>
internal abstract class Authorization
{
    public abstract string Scheme { get; }

    /// <summary>Gets a value indicating whether the answer authenticates the connection, not the request.</summary>
    public virtual bool BindsToConnection => false;

    /// <summary>
    /// Gets a value indicating whether the answer may be refused only for its age, so that the same credential may be tried again.
    /// </summary>
    public virtual bool MayBeStale => false;

    /// <summary>Returns the value for one request, or null to send none. The target must be exactly as it is sent.</summary>
    public abstract string? Authorize(string method, string target);

    public override string ToString() => Scheme;
}
