namespace PollHttp.Cookies;

/// <summary>Uses a <see cref="CookieStore"/>.</summary>
internal sealed class StoreJar(CookieStore store) : ICookieJar
{
    public string? GetHeader(Uri address) => store.GetHeader(address);

    public void Add(Uri address, string setCookie) => store.Add(address, setCookie);
}
