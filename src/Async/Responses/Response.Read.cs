using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PollHttp.Bodies;
using PollHttp.Responses;

namespace PollHttp;

// The body in the shapes of other libraries, and the ways to be done with it.
public sealed partial class Response
{
    private static readonly JsonSerializerOptions WebJson = new(JsonSerializerDefaults.Web);
    private HttpContent? _content;

    /// <summary>
    /// Gets the same body as an <see cref="HttpContent"/>, for code written for HttpClient: <c>response.Content.ReadAsStringAsync()</c>,
    /// <c>ReadFromJsonAsync</c> of System.Net.Http.Json. Made when asked for; counts as reading the body once it is read.
    /// </summary>
    public HttpContent Content => _content ??= new ResponseContent(this);

    /// <summary>Reads the body as JSON while it arrives, without reflection.</summary>
    /// <exception cref="JsonException">The body is no JSON of that type.</exception>
    public Task<T?> ReadFromJsonAsync<T>(JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return ReadJsonAsync(stream => JsonSerializer.DeserializeAsync(stream, typeInfo, cancellationToken));
    }

    /// <summary>Reads the body as JSON while it arrives; by default as the web writes it: names in camel case, any case read.</summary>
    /// <exception cref="JsonException">The body is no JSON of that type.</exception>
    [RequiresUnreferencedCode("Reads by reflection; pass a JsonTypeInfo instead.")]
    [RequiresDynamicCode("Reads by reflection; pass a JsonTypeInfo instead.")]
    public Task<T?> ReadFromJsonAsync<T>(JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadJsonAsync(stream => JsonSerializer.DeserializeAsync<T>(stream, options ?? WebJson, cancellationToken));

    /// <summary>
    /// Reads what is left of the body and drops it, so that the connection can be used again. Decodes nothing.
    /// </summary>
    /// <param name="maxBytes">How much is worth it; more closes the connection.</param>
    /// <param name="cancellationToken">Ends it; the connection is closed then.</param>
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

    /// <summary>Gives the response up at once: closes its connection, whatever has arrived. A reader under way sees
    /// <see cref="ObjectDisposedException"/>.</summary>
    public void Abort()
    {
        if (!_disposed)
        {
            _disposed = true;
            _detached = default;
            Thread.MemoryBarrier(); // before a look for a body that is being made
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
