using System.CommandLine;
using static PollHttp.Cli.Commands.OptionParsers;

namespace PollHttp.Cli.Commands;

/// <summary>Defines the options for the request and the connection, for the main command and for <c>bench</c>.</summary>
internal sealed class RequestSymbols
{
    public Option<string?> Method { get; } = Text("--request", ["-X"], "METHOD", "The method; GET unless data is sent.");

    public Option<string[]> Headers { get; } = Texts("--header", ["-H"], "FIELD", "A field of the request: 'Name: value'; 'Name;' for an empty value.");

    public Option<string[]> Data { get; } = Texts("--data", ["-d", "--data-raw", "--data-binary"], "DATA", "A form to POST: text, @file or @- for the input; several are joined with '&'.");

    public Option<string[]> DataUrlEncode { get; } = Texts("--data-urlencode", [], "NAME=TEXT", "Like --data, with the text percent-encoded; NAME@file reads it from a file.");

    public Option<string?> Json { get; } = Text("--json", [], "JSON", "JSON to POST: text, @file or @-; sets Content-Type and Accept.");

    public Option<string[]> Form { get; } = Texts("--form", ["-F"], "NAME=VALUE", "A part of a multipart form to POST: name=text, name=@file, name=<file; with ';type=' and ';filename='.");

    public Option<string?> Upload { get; } = Text("--upload-file", ["-T"], "FILE", "A file to PUT as it is, or - for the input.");

    public Option<bool> Query { get; } = Flag("--get", ["-G"], "Put the data of --data into the query of a GET.");

    public Option<bool> Head { get; } = Flag("--head", ["-I"], "Request only the head (HEAD), and show it.");

    public Option<string?> Range { get; } = Text("--range", ["-r"], "FROM-TO", "Request a range of bytes: 0-499, 500-, -500.");

    public Option<string?> User { get; } = Text("--user", ["-u"], "USER:PASSWORD", "The credentials for challenges: Basic, Digest, NTLM, Negotiate.");

    public Option<string?> Bearer { get; } = Text("--bearer", ["--oauth2-bearer"], "TOKEN", "Send 'Authorization: Bearer TOKEN', but not to other origins.");

    public Option<string?> UserAgent { get; } = Text("--user-agent", ["-A"], "TEXT", "The User-Agent; '' for none.");

    public Option<string?> Referer { get; } = Text("--referer", ["-e"], "URL", "The Referer.");

    public Option<string?> Cookie { get; } = Text("--cookie", ["-b"], "NAME=VALUE|FILE", "Cookies to send, or the file of an earlier --cookie-jar to start from.");

    public Option<bool> Location { get; } = Flag("--location", ["-L"], "Follow redirects.");

    public Option<int?> MaxRedirects { get; } = Number("--max-redirs", [], "The maximum number of redirects; 20.", 1, 1000);

    public Option<bool> Raw { get; } = Flag("--raw", [], "Do not request compressed bodies, and do not decode them.");

    public Option<TimeSpan?> MaxTime { get; } = Time("--max-time", ["-m"], "The timeout from sending to the head of the response; 100 s.");

    public Option<TimeSpan?> ConnectTimeout { get; } = Time("--connect-timeout", [], "The timeout for connecting, and again for TLS; 10 s.");

    public Option<string?> Proxy { get; } = Text("--proxy", ["-x"], "URL", "http://, https://, socks4:// or socks5://[user:password@]host:port, instead of the environment's.");

    public Option<string?> ProxyUser { get; } = Text("--proxy-user", ["-U"], "USER:PASSWORD", "The credentials for the proxy's challenges.");

    public Option<string?> NoProxy { get; } = Text("--noproxy", [], "HOSTS", "Hosts (and their subdomains) to request without a proxy, separated by commas; '*' for all.");

    public Option<bool> Insecure { get; } = Flag("--insecure", ["-k"], "Accept any certificate of the server, with a warning.");

    public Option<string?> CaFile { get; } = Text("--cacert", [], "FILE", "PEM certificates to trust instead of the system's.");

    public Option<string?> Certificate { get; } = Text("--cert", ["-E"], "FILE", "The client certificate, PEM.");

    public Option<string?> Key { get; } = Text("--key", [], "FILE", "The private key of --cert, PEM, if it is in a separate file.");

    public Option<string?> UnixSocket { get; } = Text("--unix-socket", [], "PATH", "Connect to this Unix domain socket.");

    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (Option option in (Option[])
            [
                Method, Headers, Data, DataUrlEncode, Json, Form, Upload, Query, Head, Range, User, Bearer, UserAgent, Referer, Cookie, Location, MaxRedirects,
                Raw, MaxTime, ConnectTimeout, Proxy, ProxyUser, NoProxy, Insecure, CaFile, Certificate, Key, UnixSocket,
            ])
        {
            command.Add(option);
        }
    }
}
