using System.Text;
using System.Text.Json;
using Xunit;

namespace PollHttp.Tests;

/// <summary>Which encoding a Content-Type names, and that what names none loses nothing.</summary>
public sealed class ContentCharsetTests
{
    [Theory]
    [InlineData("text/plain", "utf-8")]
    [InlineData("text/plain;", "utf-8")]
    [InlineData("text/plain; charset=", "utf-8")]
    [InlineData("text/plain; charset=\"\"", "utf-8")]
    [InlineData("text/plain; charset=utf8", "utf-8")]
    [InlineData("text/plain; CHARSET=UTF8", "utf-8")]
    [InlineData("text/plain;charset=\"utf8\"", "utf-8")]
    [InlineData("text/plain; charset='utf-8'", "utf-8")]
    [InlineData("text/plain; charset=utf-8 x", "utf-8")]
    [InlineData("text/plain; charset=utf-7", "utf-8")]
    [InlineData("text/plain; charset=no-such", "utf-8")]
    [InlineData("text/plain; charset=iso-2022-kr", "utf-8")]
    [InlineData("text/html; xcharset=iso-8859-2", "utf-8")]
    [InlineData("text/html; x=\"charset=iso-8859-2\"", "utf-8")]
    [InlineData("text/html; x=\"a;charset=iso-8859-2\"; charset=koi8-r", "koi8-r")]
    [InlineData("text/html; charset =iso-8859-2", "utf-8")]
    [InlineData("charset=iso-8859-2", "utf-8")]
    [InlineData("", "utf-8")]
    [InlineData(";;;charset=x;", "utf-8")]
    [InlineData("text/plain; charset=iso-8859-2; charset=koi8-r", "iso-8859-2")]
    [InlineData("text/plain; charset; charset=koi8-r", "koi8-r")]
    [InlineData("text/plain; charset=\"koi8\\-r\"x; y", "koi8-r")]
    [InlineData("text/plain; charset=\"koi8-r", "koi8-r")]
    [InlineData("text/plain; charset=\"koi8-r\\", "utf-8")]
    [InlineData("text/plain; charset=ISO-8859-1", "iso-8859-1")]
    [InlineData("text/plain; charset=latin1 ; x=y", "iso-8859-1")]
    [InlineData("text/plain; charset=us-ascii", "windows-1252")]
    [InlineData("text/plain; charset=windows-1252", "windows-1252")]
    [InlineData("text/plain; charset=cp1252", "windows-1252")]
    [InlineData("text/plain; charset=utf-16", "utf-16")]
    [InlineData("text/plain; charset=utf-16be", "utf-16BE")]
    [InlineData("text/plain; charset=utf-32", "utf-32")]
    [InlineData("text/plain; charset=sjis", "shift_jis")]
    [InlineData("text/plain; charset=gbk", "gb18030")]
    [InlineData("text/plain; charset=koi8-r, text/html", "utf-8")]
    [InlineData("text/html; charset=koi8-r, text/html", "koi8-r")]
    [InlineData("text/html; charset=koi8-r, text/html; charset=big5", "big5")]
    [InlineData("text/html; x=\",\"; charset=koi8-r", "koi8-r")]
    [InlineData("text/plain; charset=koi8-r, */*", "koi8-r")]
    [InlineData("text/plain; charset=koi8-r\r\nContent-Type: text/html; charset=big5", "big5")]
    public void The_charset_is_read_as_browsers_read_it(string type, string expected) =>
        Run(type, "ab"u8.ToArray(), response =>
        {
            Assert.Equal(expected, ContentCharset.Of(response.Headers).WebName);
            return Task.CompletedTask;
        });

    [Theory]
    [InlineData("text/plain; charset=utf8", "grün €", "grün €")]
    [InlineData("text/plain; charset=no-such", "grün €", "grün €")]
    [InlineData("text/plain; charset=utf-7", "grün +AOQ-", "grün +AOQ-")]
    public void Text_in_a_charset_that_is_not_known_is_read_as_Utf8(string type, string text, string expected)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        Run(type, body, async response => Assert.Equal(expected, await response.ReadAsStringAsync()));
        Run(type, body, response =>
        {
            Assert.Equal(expected, response.ReadAsString());
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void What_is_no_Utf8_is_replaced_rather_than_refused() =>
        Run("text/plain; charset=no-such", [(byte)'a', 0xFF, (byte)'b'], async response => Assert.Equal("a\uFFFDb", await response.ReadAsStringAsync()));

    [Fact]
    public void Windows_1252_needs_no_provider() =>
        Run("text/plain; charset=windows-1252", [0x80, 0xE4], async response => Assert.Equal("€ä", await response.ReadAsStringAsync()));

    [Theory]
    [InlineData("application/json; charset=utf8", "utf-8")]
    [InlineData("application/json; charset=us-ascii", "utf-8")]
    [InlineData("application/json; charset=no-such", "utf-8")]
    [InlineData("application/json; xcharset=utf-16", "utf-8")]
    [InlineData("application/json; charset=\"UTF-16\"", "utf-16")]
    [InlineData("application/json; charset=latin1", "iso-8859-1")]
    public void Json_is_read_in_one_way_by_the_response_and_by_the_client(string type, string encoding)
    {
        byte[] body = Encoding.GetEncoding(encoding).GetBytes("\"grün\"");
        Run(type, body, async response => Assert.Equal("grün", await response.ReadFromJsonAsync<string>()));
        var scene = new UploadScene(new PollHttp.Testing.ServerReply(
            (byte[])[.. Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]));
        Assert.Equal("grün", scene.Run(client => client.GetFromJsonAsync<string>(UploadScene.Address)));
    }

    private static void Run(string type, byte[] body, Func<Response, Task> test)
    {
        var scene = new BodyScene(Framing.Length, body.Length, $"Content-Type: {type}\r\n");
        scene.Run(response =>
        {
            scene.Write(body);
            return test(response);
        });
    }
}
