using System.Text;

namespace PollHttp.Core;

/// <summary>Lists the usual reason phrases (RFC 9110
/// §15), so that reading one makes no new string.</summary>
internal static class ReasonPhrases
{
    public static string GetString(int statusCode, ReadOnlySpan<byte> reason)
    {
        string? usual = statusCode switch
        {
            100 => "Continue",
            101 => "Switching Protocols",
            200 => "OK",
            201 => "Created",
            202 => "Accepted",
            204 => "No Content",
            206 => "Partial Content",
            301 => "Moved Permanently",
            302 => "Found",
            303 => "See Other",
            304 => "Not Modified",
            307 => "Temporary Redirect",
            308 => "Permanent Redirect",
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            408 => "Request Timeout",
            409 => "Conflict",
            412 => "Precondition Failed",
            416 => "Range Not Satisfiable",
            429 => "Too Many Requests",
            500 => "Internal Server Error",
            502 => "Bad Gateway",
            503 => "Service Unavailable",
            504 => "Gateway Timeout",
            _ => null,
        };

        return usual is not null && System.Text.Ascii.Equals(reason, usual) ? usual : Encoding.Latin1.GetString(reason);
    }
}
