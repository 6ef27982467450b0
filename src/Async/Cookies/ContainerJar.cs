namespace PollHttp.Cookies;

/// <summary>The platform's container, for code that shares one between clients.</summary>
internal sealed class ContainerJar(CookieContainer container) : ICookieJar
{
    public string? GetHeader(Uri address) => container.GetCookieHeader(address);

    public void Add(Uri address, string setCookie)
    {
        if (SetCookie.HasControl(setCookie))
        {
            return; // the container takes it, and no later request to this address could be sent
        }

        try
        {
            container.SetCookies(address, setCookie);
        }
        catch (CookieException)
        {
            // The container's way of saying that the line breaks its rules; such a cookie is skipped (P-042).
        }
    }
}
