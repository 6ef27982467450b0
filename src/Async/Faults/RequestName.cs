namespace PollHttp.Faults;

/// <summary>Names a request in messages: by its method and its address with the path, without userinfo, query and fragment.</summary>
internal static class RequestName
{
    private const int LongestPath = 200;

    public static string Of(string method, Uri uri)
    {
        string path = uri.GetComponents(UriComponents.Path | UriComponents.KeepDelimiter, UriFormat.UriEscaped);
        int end = path.AsSpan().IndexOfAny('?', '#'); // in an address that was not canonicalised, the path may include the query
        path = end < 0 ? path : path[..end];
        string address = uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        return path.Length <= LongestPath ? $"{method} {address}{path}" : $"{method} {address}{path[..LongestPath]}…";
    }
}
