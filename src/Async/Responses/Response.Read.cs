using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PollHttp.Bodies;
using PollHttp.Responses;

namespace PollHttp;

// The body in the types of other libraries, and the ways to end the reading.
public sealed partial class Response
{
    private static readonly JsonSerializerOptions WebJson = new(JsonSerializerDefaults.Web);
    private HttpContent? _content;

    /// <summary>
    /// Gets the body as an <see cref="HttpContent"/>, for code written for HttpClient: <c>response.Content.ReadAsStringAsync()</c>,
    /// <c>ReadFromJsonAsync</c> of System.Net.Http.Json. Created on demand; reading it counts as reading the body.
    /// </summary>
    public HttpContent Content => _content ??= new ResponseContent(this);

    /// <summary>Reads the body as JSON, without reflection.</summary>
    /// <exception cref="JsonException">The body is not JSON of that type.</exception>
    public Task<T?> ReadFromJsonAsync<T>(JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return ReadJsonAsync(stream => JsonSerializer.DeserializeAsync(stream, typeInfo, cancellationToken));
    }

    /// <summary>Reads the body as JSON; by default with the conventions of the web: names in camel case, read in any case.</summary>
    /// <exception cref="JsonException">The body is not JSON of that type.</exception>
    [RequiresUnreferencedCode("Reads by reflection; pass a JsonTypeInfo instead.")]
    [RequiresDynamicCode("Reads by reflection; pass a JsonTypeInfo instead.")]
    public Task<T?> ReadFromJsonAsync<T>(JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadJsonAsync(stream => JsonSerializer.DeserializeAsync<T>(stream, options ?? WebJson, cancellationToken));

    /// <summary>Reads and drops the rest of the body, so that the connection can be used again. Decodes nothing.</summary>
    /// <param name="maxBytes">The maximum number of bytes to read; more closes the connection.</param>
    /// <param name="cancellationToken">Ends the draining; the connection is then closed.</param>
    /// <returns>Whether the body was read to its end.</returns>
    public async Task<bool> DrainAsync(long maxBytes = long.MaxValue, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        BodySource source = Body.Source.Coded;
        bool ended = false;
        try
        {
            while (!ended)
            {
                if (!source.TryRead(0, out ReadOnlySequence<byte> data, out bool completed))
                {
                    await source.WaitAsync(0, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if (data.Length > maxBytes)
                {
                    break;
                }

                maxBytes -= data.Length;
                source.Advance(data.Length);
                ended = completed;
            }
        }
        finally
        {
            if (ended)
            {
                Dispose();
            }
            else
            {
                Abort();
            }
        }

        return ended;
    }

    /// <summary>
    /// Aborts the response: closes its connection, whatever has arrived. A pending read throws <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Abort()
    {
        if (!_disposed)
        {
            _disposed = true;
            _detached = default;
            Thread.MemoryBarrier(); // before checking for a body that is being created
            _body?.Abort(new ObjectDisposedException(nameof(Response)));
        }
    }

    private async Task<T?> ReadJsonAsync<T>(Func<Stream, ValueTask<T?>> read)
    {
        Stream body = OpenBodyStream();
        await using (body.ConfigureAwait(Loop.KeepsContext))
        {
            if (ContentCharset.OfJson(Headers) is not { } encoding)
            {
                return await read(body).ConfigureAwait(Loop.KeepsContext);
            }

            Stream text = Encoding.CreateTranscodingStream(body, encoding, Encoding.UTF8, leaveOpen: true);
            await using (text.ConfigureAwait(Loop.KeepsContext))
            {
                return await read(text).ConfigureAwait(Loop.KeepsContext);
            }
        }
    }
}
