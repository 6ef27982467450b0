namespace PollHttp.Parity;

public sealed class StatusLineTests
{
    [Theory]
    [Trait("parity", "P-101")]
    [InlineData("HTTP/1.1 200 OK")]
    [InlineData("HTTP/1.1 200 ")]
    [InlineData("HTTP/1.1 200")]
    [InlineData("HTTP/1.0 200 OK")]
    [InlineData("HTTP/1.2 200 OK")]
    [InlineData("HTTP/1.7 200 OK")]
    [InlineData("HTTP/0.9 200 OK")]
    [InlineData("HTTP/2.0 200 OK")]
    [InlineData("HTTP/3.1 200 OK")]
    [InlineData("HTTP/1.12 200 OK")]
    [InlineData("HTTP/12.1 200 OK")]
    [InlineData("HTTP/X.Y.Z 200 OK")]
    [InlineData("HTTP/1.A 200 OK")]
    [InlineData("HTTP 1.1 200 OK")]
    [InlineData("HTTP\\1.1 200 OK")]
    [InlineData("http/1.1 200 OK")]
    [InlineData("NOTHTTP/1.1 200 OK")]
    [InlineData("HTTP/1.1 20 OK")]
    [InlineData("HTTP/1.1 2000 OK")]
    [InlineData("HTTP/1.1 2A0 OK")]
    [InlineData("HTTP/1.1 200OK")]
    [InlineData("HTTP/1.1\t200 OK")]
    [InlineData("HTTP/1.1 200\tOK")]
    [InlineData("HTTP/1.1 ")]
    [InlineData("HTTP/1.1")]
    [InlineData("HTTP/1.1  200 OK")]
    [InlineData("HTTP/1.1 99 Low")]
    [InlineData("HTTP/1.1 1000 High")]
    public Task Status_line(string line) => Compare.ResponseAsync($"{line}\r\nContent-Length: 2\r\n\r\nhi");

    [Fact]
    [Trait("parity", "P-101")]
    public Task Bare_CR_in_the_reason() => Compare.ResponseAsync(
        "HTTP/1.1 200 O\rK\r\nContent-Length: 2\r\n\r\nhi", new Difference("inner exceptions of invalid responses", "error"));

    [Theory]
    [Trait("parity", "P-102")]
    [InlineData("299 Odd")]
    [InlineData("345 Odder")]
    [InlineData("555 Odd")]
    [InlineData("600 Beyond")]
    [InlineData("999 Last")]
    [InlineData("200   leading spaces")]
    [InlineData("200 inner   spaces")]
    [InlineData("200 a\ttab")]
    [InlineData("200 trailing ")]
    [InlineData("200 caf\u00e9")]
    [InlineData("404 Not Found")]
    [InlineData("404 not found")]
    [Trait("parity", "P-025")]
    public Task Code_and_reason(string rest) => Compare.ResponseAsync($"HTTP/1.1 {rest}\r\nContent-Length: 2\r\n\r\nhi");
}
