namespace PollHttp.Cookies;

/// <summary>Provides and stores the cookies of exchanges.</summary>
internal interface ICookieJar
{
    /// <summary>Returns the value of Cookie for a request to this address; null or empty for none.</summary>
    string? GetHeader(Uri address);

    /// <summary>Processes one Set-Cookie line; a line that violates the rules is ignored.</summary>
    void Add(Uri address, string setCookie);
}
