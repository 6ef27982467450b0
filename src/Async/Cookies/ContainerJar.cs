namespace PollHttp.Cookies;

/// <summary>Uses the platform's container, for code that shares one between clients.</summary>
internal sealed class ContainerJar(CookieContainer container) : ICookieJar
{
    public string? GetHeader(Uri address) => container.GetCookieHeader(address);

    public void Add(Uri address, string setCookie)
    {
        if (SetCookie.HasControl(setCookie))
        {
            return; // the container would accept it, and then no later request to this address could be sent
        }

        try
        {
            container.SetCookies(address, setCookie);
        }
        catch (CookieException)
        {
            // The container reports a line that violates its rules by an exception; such a cookie is ignored.
        }
    }
}
