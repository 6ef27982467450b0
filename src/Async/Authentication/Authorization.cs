namespace PollHttp.Authentication;

/// <summary>An answer to a challenge: makes the value of Authorization or Proxy-Authorization for requests of one exchange or of many.</summary>
/// <remarks>Its text is its scheme, never a secret.</remarks>
internal abstract class Authorization
{
    public abstract string Scheme { get; }

    /// <summary>Gets a value indicating whether the answer holds for the connection on which it was given, not for the request.</summary>
    public virtual bool BindsToConnection => false;

    /// <summary>Gets a value indicating whether it was refused for its age alone, so that the same credential may be tried once
    /// more.</summary>
    public virtual bool MayBeStale => false;

    /// <summary>Returns the value for one request; the target exactly as it is sent. Null: send none.</summary>
    public abstract string? Authorize(string method, string target);

    public override string ToString() => Scheme;
}
