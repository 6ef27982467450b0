using System.Text;
using PollHttp.Cli.Display;

namespace PollHttp.Cli.Responses;

/// <summary>Writes the head of a response as it is on the wire, with colours on a terminal.</summary>
internal static class HeadText
{
    public static string Of(Response response, Ink ink)
    {
        int status = (int)response.StatusCode;
        StringBuilder text = new();
        string line = Failure.Line($"HTTP/{response.Version} {status} {response.ReasonPhrase}");
        text.Append(ink.Status(status, line)).Append("\r\n");
        foreach (HeaderField field in response.Headers)
        {
            text.Append(ink.Bold(field.Name)).Append(": ").Append(Failure.Line(field.Value)).Append("\r\n");
        }

        return text.Append("\r\n").ToString();
    }
}
