using System.Text;
using PollHttp.Cli.Commands;

namespace PollHttp.Cli.Responses;

/// <summary>Writes a response to the output: JSON indented and coloured on a terminal, unchanged bytes in a pipe.</summary>
internal sealed class ResponsePrinter(FetchSettings settings, CommandHost host)
{
    /// <summary>The maximum size of a body that is held in memory for indenting; a longer body is written as it arrives.</summary>
    private const int MaxIndentedBytes = 16 << 20;

    /// <exception cref="CliException">The status is a failure and <c>--fail</c> is set; the output can't be written; the body is binary and
    /// the output is a terminal.</exception>
    public async Task PrintAsync(Response response, string method, CancellationToken cancellationToken)
    {
        bool isFailure = settings.FailOnStatus && (int)response.StatusCode >= 400;
        if (settings.IncludeHead || method == "HEAD")
        {
            await WriteAsync(Encoding.UTF8.GetBytes(HeadText.Of(response, settings.OutputInk))).ConfigureAwait(false);
        }

        if (isFailure)
        {
            throw new CliException(ExitCode.HttpStatus, $"{method} {response.RequestUri.GetLeftPart(UriPartial.Path)}: the server answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd() + ".");
        }

        await PrintBodyAsync(response, cancellationToken).ConfigureAwait(false);
        await host.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task PrintBodyAsync(Response response, CancellationToken cancellationToken)
    {
        bool indents = (settings.IndentJson || settings.OutputInk.IsOn) && IsJson(response) && response.ContentLength is null or <= MaxIndentedBytes;
        BodyWriter body = new(host);
        await foreach (ReadOnlyMemory<byte> slice in response.Body.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            indents &= body.HeldBytes + slice.Length <= MaxIndentedBytes;
            if (indents)
            {
                body.Hold(slice.Span);
            }
            else
            {
                await body.WriteAsync(slice).ConfigureAwait(false);
            }
        }

        if (indents && JsonPainter.TryPaint(body.Held, settings.OutputInk, out string? painted))
        {
            await WriteAsync(Encoding.UTF8.GetBytes(painted)).ConfigureAwait(false);
            return;
        }

        await body.EndAsync().ConfigureAwait(false);
    }

    private static bool IsJson(Response response)
    {
        string type = (response.Headers["Content-Type"] ?? "").Split(';')[0].Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("ndjson", StringComparison.OrdinalIgnoreCase)
            || type.Equals("text/json", StringComparison.OrdinalIgnoreCase);
    }

    private Task WriteAsync(byte[] bytes) => OutputWriting.WriteAsync(host.Output, bytes);
}
