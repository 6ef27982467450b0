using System.Text;
using PollHttp.Cookies;
using PollHttp.Exchanges;

namespace PollHttp.Policies;

/// <summary>Adds the cookies of a jar to each attempt, and stores the cookies of each attempt's response.</summary>
/// <remarks>The address of the attempt selects the cookies, whatever Host says.</remarks>
internal sealed class CookiePolicy(ICookieJar? jar) : IExchangePolicy
{
    public void BeforeSend(Exchange exchange)
    {
        if (JarOf(exchange)?.GetHeader(exchange.Uri) is { Length: > 0 } cookies)
        {
            exchange.SetField("Cookie", Join(exchange.Headers, cookies));
        }
    }

    public HeadVerdict AfterHead(Exchange exchange, ResponseHead head)
    {
        // Cookies of a proxy's own response do not belong to the origin.
        int first = head.StatusCode == 407 ? -1 : head.Headers.IndexOf("Set-Cookie");
        if (first >= 0 && JarOf(exchange) is { } cookies)
        {
            int lines = 0;
            for (int i = first; i >= 0 && lines++ < CookieStore.MaxLinesPerResponse; i = head.Headers.IndexOf("Set-Cookie", i + 1))
            {
                cookies.Add(exchange.Uri, Encoding.Latin1.GetString(head.Headers.GetValueBytes(i)));
            }
        }

        return HeadVerdict.Deliver;
    }

    private ICookieJar? JarOf(Exchange exchange) => exchange.Options is not { } options ? jar : options.UseCookies == false ? null : options.Jar ?? jar;

    /// <summary>Joins both into one field: the caller's cookies first.</summary>
    private static string Join(HeaderList? fields, string cookies)
    {
        if (fields is null)
        {
            return cookies;
        }

        string? own = null;
        foreach (HeaderField field in fields)
        {
            if (field.Name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
            {
                own = own is null ? field.Value : own + "; " + field.Value;
            }
        }

        return string.IsNullOrEmpty(own) ? cookies : own + "; " + cookies;
    }
}
