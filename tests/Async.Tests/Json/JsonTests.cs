using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed partial class JsonTests
{
    private static ServerReply Json(string text, string type = "application/json", Encoding? encoding = null)
    {
        byte[] body = (encoding ?? Encoding.UTF8).GetBytes(text);
        return new((byte[])[.. Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);
    }

    [Theory]
    [InlineData("application/json", "utf-8")]
    [InlineData("application/json; charset=utf-8", "utf-8")]
    [InlineData("application/json; charset=\"utf-16\"", "utf-16")]
    [InlineData("text/plain; charset=iso-8859-1", "iso-8859-1")]
    [InlineData("application/json; charset=no-such", "utf-8")]
    public void Json_is_read_in_the_encoding_it_is_in(string type, string encoding)
    {
        var scene = new UploadScene(Json("""{"x":1,"label":"ö"}""", type, Encoding.GetEncoding(encoding)));

        Labelled? point = scene.Run(client => client.GetFromJsonAsync(UploadScene.Address, LabelledContext.Default.Labelled));

        Assert.Equal(new(1, "ö"), point);
    }

    [Fact]
    public void Byte_order_mark_is_skipped()
    {
        var scene = new UploadScene(Json("\uFEFF{\"x\":1,\"label\":\"a\"}"));

        Assert.Equal(new(1, "a"), scene.Run(client => client.GetFromJsonAsync<Labelled>(UploadScene.Address)));
    }

    [Fact]
    public void Options_are_those_given()
    {
        var options = new JsonSerializerOptions { PropertyNameCaseInsensitive = false };
        var scene = new UploadScene(Json("""{"x":1,"label":"a"}"""), Json("""{"X":1,"Label":"a"}"""));

        scene.Run(async client =>
        {
            Assert.Equal(new(0, null!), await client.GetFromJsonAsync<Labelled>(UploadScene.Address, options));
            Assert.Equal(new(1, "a"), await client.GetFromJsonAsync<Labelled>(new Uri(UploadScene.Address), options));
            return 0;
        });
    }

    [Fact]
    public void Body_that_breaks_off_is_not_half_a_value()
    {
        var scene = new UploadScene(new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1,2]") { Then = AfterReply.End });

        Assert.Throws<PollHttpIOException>(() => scene.Run(client => client.GetFromJsonAsync<int[]>(UploadScene.Address)));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public void Value_is_sent_as_web_APIs_expect_it(string method)
    {
        var scene = new UploadScene();
        var value = new Labelled(1, "a");

        scene.Run(async client =>
        {
            using Response response = method switch
            {
                "POST" => await client.PostAsJsonAsync(UploadScene.Address, value),
                "PUT" => await client.PutAsJsonAsync(UploadScene.Address, value, CancellationToken.None),
                _ => await client.PatchAsJsonAsync(UploadScene.Address, value, LabelledContext.Default.Labelled),
            };
            return 0;
        });

        Assert.Equal((method, """{"x":1,"label":"a"}""", "application/json; charset=utf-8"), (scene.Request.Method, scene.Request.BodyText, scene.Request.Header("Content-Type")));
    }

    [Fact]
    public void Answer_to_a_DELETE_is_read_too()
    {
        var scene = new UploadScene(Json("[1,2]"));

        Assert.Equal([1, 2], scene.Run(client => client.DeleteFromJsonAsync<int[]>(UploadScene.Address))!);
        Assert.Equal("DELETE", scene.Request.Method);
    }

    internal sealed record Labelled(int X, string Label);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Labelled))]
    internal sealed partial class LabelledContext : JsonSerializerContext;
}
