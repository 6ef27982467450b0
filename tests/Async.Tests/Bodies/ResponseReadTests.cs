using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>The body as JSON and as the content of HttpClient, and the two ways to be done with it early.</summary>
public sealed partial class ResponseReadTests
{
    [Fact]
    public void Json_is_read_by_its_type_info_and_by_reflection()
    {
        Run("application/json", """{"X":1,"Label":"ö"}"""u8, async response =>
            Assert.Equal(new Spot(1, "ö"), await response.ReadFromJsonAsync(SpotContext.Default.Spot)));
        Run("application/json", """{"x":1,"label":"ö"}"""u8, async response =>
            Assert.Equal(new Spot(1, "ö"), await response.ReadFromJsonAsync<Spot>()));
    }

    [Fact]
    public void Json_in_another_charset_is_read_too() =>
        Run("application/json; charset=utf-16", Encoding.Unicode.GetBytes("""{"X":1,"Label":"ö"}"""), async response =>
            Assert.Equal(new Spot(1, "ö"), await response.ReadFromJsonAsync(SpotContext.Default.Spot)));

    [Fact]
    public void No_json_is_told() =>
        Run("application/json", "<html>"u8, response =>
            Assert.ThrowsAsync<JsonException>(() => response.ReadFromJsonAsync(SpotContext.Default.Spot)));

    [Fact]
    public void Code_for_HttpContent_reads_the_same_body()
    {
        Run("text/plain; charset=iso-8859-1", Encoding.Latin1.GetBytes("hellö"), async response =>
        {
            Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal("hellö", await response.Content.ReadAsStringAsync());
            Assert.Equal("hellö", await response.Content.ReadAsStringAsync());
            Assert.Same(response.Content, response.Content);
        });
        Run("application/json", """{"x":1,"label":"ö"}"""u8, async response =>
            Assert.Equal(new Spot(1, "ö"), await response.Content.ReadFromJsonAsync<Spot>()));
        Run("text/plain", "hello"u8, async response =>
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            Assert.Equal("hello", await reader.ReadToEndAsync());
            await Assert.ThrowsAsync<InvalidOperationException>(() => response.ReadAsStringAsync());
        });
    }

    [Fact]
    [Trait("ask", "A-25")]
    public void A_drained_body_leaves_its_connection_to_the_next()
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async response =>
        {
            for (int i = 0; i < 30; i++)
            {
                scene.Write(new string('x', 100_000));
            }

            scene.End();
            Assert.True(await response.DrainAsync());
            await scene.SettleAsync();
            Assert.Equal(1, scene.Network.OpenTransports);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => response.ReadAsStringAsync());
        });
    }

    [Fact]
    [Trait("ask", "A-25")]
    public void Draining_stops_at_what_it_is_worth()
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async response =>
        {
            scene.Write(new string('x', 100_000));
            scene.End();
            Assert.False(await response.DrainAsync(99_999));
            await scene.SettleAsync();
            Assert.Equal(0, scene.Network.OpenTransports);
        });
    }

    [Fact]
    [Trait("ask", "A-25")]
    public void An_aborted_response_closes_its_connection_at_once()
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async response =>
        {
            scene.Write("hello");
            response.Abort();
            response.Abort();
            await Task.Yield();
            Assert.Equal(0, scene.Network.OpenTransports);
            Assert.Throws<ObjectDisposedException>(() => response.OpenBodyStream());
        });
    }

    private static void Run(string type, ReadOnlySpan<byte> body, Func<Response, Task> test)
    {
        byte[] bytes = body.ToArray();
        var scene = new BodyScene(Framing.Length, bytes.Length, $"Content-Type: {type}\r\n");
        scene.Run(response =>
        {
            scene.Write(bytes);
            return test(response);
        });
    }

    internal sealed record Spot(int X, string Label);

    [JsonSerializable(typeof(Spot))]
    internal sealed partial class SpotContext : JsonSerializerContext;
}
