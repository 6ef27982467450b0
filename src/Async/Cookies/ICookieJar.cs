namespace PollHttp.Cookies;

/// <summary>Where the cookies of exchanges come from and go to.</summary>
internal interface ICookieJar
{
    /// <summary>Returns the value of Cookie for a request to this address; null or empty for none.</summary>
    string? GetHeader(Uri address);

    /// <summary>Takes one Set-Cookie line; one that breaks the rules is skipped.</summary>
    void Add(Uri address, string setCookie);
}
