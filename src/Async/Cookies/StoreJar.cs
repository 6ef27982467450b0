namespace PollHttp.Cookies;

/// <summary>Our own store.</summary>
internal sealed class StoreJar(CookieStore store) : ICookieJar
{
    public string? GetHeader(Uri address) => store.GetHeader(address);

    public void Add(Uri address, string setCookie) => store.Add(address, setCookie);
}
