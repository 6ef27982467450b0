namespace PollHttp.Authentication;

/// <summary>Implements Digest: increments the count for each request.</summary>
internal sealed class DigestAuthorization(DigestSession session) : Authorization
{
    public override string Scheme => DigestSession.Scheme;

    public override bool MayBeStale => true;

    public override string Authorize(string method, string target) => session.Authorize(method, target);
}
