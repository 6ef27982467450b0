using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>Every shape of a body over every framing.</summary>
public sealed class ResponseBodyTests
{
    public static TheoryData<Framing, string> Shapes()
    {
        var data = new TheoryData<Framing, string>();
        foreach (Framing framing in Enum.GetValues<Framing>())
        {
            foreach (string shape in new[] { "await foreach", "foreach", "reader", "stream", "sync stream", "bytes", "text", "copy" })
            {
                data.Add(framing, shape);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_body_arrives_whole_in_every_shape(Framing framing, string shape)
    {
        byte[] content = new byte[300_000];
        new Random(3).NextBytes(content);
        content.AsSpan().Replace((byte)0xFE, (byte)0); // so that no byte order mark begins it
        content.AsSpan().Replace((byte)0xFF, (byte)0);
        content.AsSpan().Replace((byte)0xEF, (byte)0);
        var scene = new BodyScene(framing, content.Length, "Content-Type: text/plain; charset=iso-8859-1\r\n");
        scene.Run(async response =>
        {
            for (int at = 0; at < content.Length; at += 25_000)
            {
                scene.Write(content.AsSpan(at, 25_000));
            }

            scene.End();

            byte[] received = await ReadAsync(response, shape);

            Assert.Equal(content, received);
            await scene.SettleAsync();
            Assert.Equal(framing == Framing.UntilClose ? 0 : 1, scene.Network.OpenTransports);
        });
    }

    [Theory]
    [InlineData("await foreach")]
    [InlineData("foreach")]
    [InlineData("stream")]
    [InlineData("text")]
    public void A_body_is_read_once(string shape)
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async response =>
        {
            scene.Write("hello");
            scene.End();
            await ReadAsync(response, shape);

            InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(response, shape));
            Assert.Contains(shape == "stream" ? "as a stream (OpenBodyStream" : "by ReadAs…, CopyTo… or a foreach", error.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200_000)]
    public void A_body_that_was_loaded_as_a_content_is_read_several_times(int length)
    {
        string text = new('x', length);
        UploadScene scene = new(ServerReply.Text(text), ServerReply.Text(text));
        scene.Run(async client =>
        {
            using Response response = await client.GetAsync(UploadScene.Address);
            await response.Content.LoadIntoBufferAsync();
            Assert.Equal(text, await response.Content.ReadAsStringAsync());
            Assert.Equal(text, await response.Content.ReadAsStringAsync());
            Assert.Contains("as a stream", Assert.Throws<InvalidOperationException>(response.OpenBodyStream).Message, StringComparison.Ordinal);

            using Response other = await client.GetAsync(UploadScene.Address);
            await other.BodyReader.CompleteAsync();
            Assert.Contains("as a pipe", Assert.Throws<InvalidOperationException>(other.OpenBodyStream).Message, StringComparison.Ordinal);
            return 0;
        });
    }

    [Fact]
    public void A_slice_lies_in_the_receive_buffer_and_is_overwritten_once_it_was_given_back()
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async response =>
        {
            scene.Write("hello");
            ReadOnlyMemory<byte> kept = default;
            await foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                if (kept.IsEmpty)
                {
                    kept = slice;
                    Assert.Equal("hello", Encoding.Latin1.GetString(slice.Span));
                    scene.End();
                }
            }

#if DEBUG
            Assert.Equal([0xDD, 0xDD, 0xDD, 0xDD, 0xDD], kept.ToArray());
#endif
        });
    }

    [Fact]
    public void Leaving_the_loop_early_closes_the_connection_and_says_nothing()
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async response =>
        {
            scene.Write("hello");
            await foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                break;
            }

            await scene.SettleAsync();
            Assert.Equal(0, scene.Network.OpenTransports);
        });
    }

    [Fact]
    [Trait("rule", "R-253")]
    public void A_canceled_enumeration_throws_with_its_token_and_closes_the_connection()
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async response =>
        {
            scene.Write("hello");
            using var cancel = new CancellationTokenSource();
            OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (ReadOnlyMemory<byte> slice in response.Body.WithCancellation(cancel.Token))
                {
                    SynchronizationContext.Current!.Post(_ => cancel.Cancel(), null);
                }
            });

            Assert.Equal(cancel.Token, error.CancellationToken);
            await scene.SettleAsync();
            Assert.Equal(0, scene.Network.OpenTransports);
        });
    }

    [Fact]
    [Trait("parity", "P-160")]
    [Trait("parity", "P-161")]
    [Trait("rule", "R-087")]
    public void Trailers_are_there_at_the_end_without_the_forbidden_ones()
    {
        var scene = new BodyScene(Framing.Chunked) { Trailers = "Digest: x\r\nContent-Length: 7\r\nSet-Cookie: a=b\r\nAccept-Encoding: br\r\n" };
        scene.Run(async response =>
        {
            scene.Write("hello");
            Assert.Empty(response.Trailers);
            scene.End();
            Assert.Equal("hello", await response.ReadAsStringAsync());
            Assert.Equal(["Digest", "Accept-Encoding"], response.Trailers.Select(t => t.Name));
            Assert.False(response.Headers.Contains("Digest"));
        });
    }

    [Fact]
    public void Closing_the_client_while_a_slice_is_in_use_leaves_the_slice_alone()
    {
        var scene = new BodyScene(Framing.Chunked);
        LoopDrive.Run(
            async loop =>
            {
                var client = new PollHttpClient(loop);
                Response response = await client.GetAsync("http://body.example/");
                scene.Write("hello");
                ResponseBody.Enumerator slices = response.Body.GetAsyncEnumerator();
                Assert.True(await slices.MoveNextAsync());

                client.Dispose();
                byte[] other = SlabPool.Shared.Rent(16 * 1024);
                other.AsSpan().Fill((byte)'!');

                Assert.Equal("hello", Encoding.Latin1.GetString(slices.Current.Span));
                SlabPool.Shared.Return(other);
                await Assert.ThrowsAsync<ObjectDisposedException>(async () => await slices.MoveNextAsync());
            },
            scene.Network);
    }

    private static async Task<byte[]> ReadAsync(Response response, string shape)
    {
        var copy = new MemoryStream();
        switch (shape)
        {
            case "await foreach":
                await foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    copy.Write(slice.Span);
                }

                break;
            case "foreach":
                foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    copy.Write(slice.Span);
                }

                break;
            case "reader":
                await response.BodyReader.CopyToAsync(copy);
                break;
            case "stream":
                await response.OpenBodyStream().CopyToAsync(copy);
                break;
            case "sync stream":
                byte[] some = new byte[1000];
                Stream stream = response.OpenBodyStream();
                for (int count = stream.Read(some); count > 0; count = stream.Read(some))
                {
                    copy.Write(some, 0, count);
                }

                break;
            case "bytes":
                return await response.ReadAsByteArrayAsync();
            case "text":
                return Encoding.Latin1.GetBytes(await response.ReadAsStringAsync());
            default:
                await response.CopyToAsync(copy);
                break;
        }

        return copy.ToArray();
    }
}
