namespace PollHttp.Analyzers.Tests;

public sealed class AnalyzerTests
{
    [Theory]
    [InlineData("Response response = await client.GetAsync(\"http://a/\"); _ = response.StatusCode;")]
    [InlineData("var response = await client.GetAsync(\"http://a/\").ConfigureAwait(false); response.EnsureSuccessStatusCode();")]
    [InlineData("Response response = client.Get(\"http://a/\"); string text = response.ReadAsString();")]
    public async Task A_response_that_is_never_disposed_is_warned_of(string body) =>
        Assert.StartsWith("PH0001 response = ", Assert.Single(await Source.WarningsAsync(body)), StringComparison.Ordinal);

    [Theory]
    [InlineData("using Response response = await client.GetAsync(\"http://a/\");")]
    [InlineData("using (Response response = await client.GetAsync(\"http://a/\")) { }")]
    [InlineData("Response response = await client.GetAsync(\"http://a/\"); try { } finally { response.Dispose(); }")]
    [InlineData("Response? response = await client.GetAsync(\"http://a/\"); response?.Dispose();")]
    [InlineData("Response response = await client.GetAsync(\"http://a/\"); response.Abort();")]
    [InlineData("Response response = await client.GetAsync(\"http://a/\"); return response;")]
    [InlineData("Response response = await client.GetAsync(\"http://a/\"); Take(response);")]
    [InlineData("string text = await client.GetStringAsync(\"http://a/\");")]
    public async Task A_response_that_is_disposed_or_handed_on_is_not(string body) => Assert.Empty(await Source.WarningsAsync(body));

    [Theory]
    [InlineData("string a = await response.ReadAsStringAsync(); byte[] b = await response.ReadAsByteArrayAsync();", "PH0002 response.ReadAsByteArrayAsync()")]
    [InlineData("await foreach (var slice in response.Body) { } string a = await response.ReadAsStringAsync();", "PH0002 response.ReadAsStringAsync()")]
    [InlineData("string a = response.ReadAsString(); using var stream = response.OpenBodyStream();", "PH0002 response.OpenBodyStream()")]
    public async Task A_second_reading_is_warned_of(string body, string warning) =>
        Assert.Equal(warning, Assert.Single(await Source.WarningsAsync("using Response response = await client.GetAsync(\"http://a/\"); " + body)));

    [Theory]
    [InlineData("if (response.IsSuccessStatusCode) { await response.ReadAsStringAsync(); } else { await response.ReadAsByteArrayAsync(); }")]
    [InlineData("await response.Content.LoadIntoBufferAsync(); await response.Content.ReadAsStringAsync(); await response.Content.ReadAsStringAsync();")]
    public async Task Readings_of_which_one_happens_are_not(string body) =>
        Assert.Empty(await Source.WarningsAsync("using Response response = await client.GetAsync(\"http://a/\"); " + body));

    [Theory]
    [InlineData("await foreach (var slice in response.Body) { list.Add(slice); }")]
    [InlineData("await foreach (var slice in response.Body.WithCancellation(default)) { list.Add(slice); }")]
    [InlineData("await foreach (var slice in response.Body) { _field = slice; }")]
    [InlineData("System.ReadOnlyMemory<byte> last = default; await foreach (var slice in response.Body) { last = slice; }")]
    [InlineData("foreach (var slice in response.Body) { list.Add(slice); }")]
    public async Task A_slice_that_is_kept_is_warned_of(string body) =>
        Assert.Equal("PH0003 slice", Assert.Single(await Source.WarningsAsync("using Response response = await client.GetAsync(\"http://a/\"); " + body)));

    [Theory]
    [InlineData("await foreach (var slice in response.Body) { list.Add(slice.ToArray()); var part = slice; System.Console.WriteLine(part.Length); }")]
    [InlineData("await foreach (var slice in response.Body) { System.Console.OpenStandardOutput().Write(slice.Span); }")]
    public async Task A_slice_that_is_used_or_copied_is_not(string body) =>
        Assert.Empty(await Source.WarningsAsync("using Response response = await client.GetAsync(\"http://a/\"); " + body));

    [Fact]
    public async Task The_fix_puts_using_in_front() => Assert.Equal(
        "        using Response response = await client.GetAsync(\"http://a/\");\n        _ = response.StatusCode;",
        await Source.FixAsync("        Response response = await client.GetAsync(\"http://a/\");\n        _ = response.StatusCode;", new UsingCodeFix()));

    [Fact]
    public async Task The_fix_copies_the_slice() => Assert.Contains(
        "list.Add(slice.ToArray());",
        await Source.FixAsync("using Response response = await client.GetAsync(\"http://a/\"); await foreach (var slice in response.Body) { list.Add(slice); }", new CopySliceCodeFix()),
        StringComparison.Ordinal);

    [Fact]
    public async Task The_fix_buffers_a_body_that_is_read_twice() => Assert.Equal(
        """
                using Response response = await client.GetAsync("http://a/");
                await response.Content.LoadIntoBufferAsync();
                string text = await response.Content.ReadAsStringAsync();
                System.Console.WriteLine(text.Length + (await response.Content.ReadAsByteArrayAsync()).Length);
        """,
        (await Source.FixAsync(
            """
                    using Response response = await client.GetAsync("http://a/");
                    string text = await response.ReadAsStringAsync();
                    System.Console.WriteLine(text.Length + (await response.ReadAsByteArrayAsync()).Length);
            """,
            new BufferBodyCodeFix())).ReplaceLineEndings("\n"));

    [Theory]
    [InlineData("foreach (var slice in response.Body) { } await response.ReadAsStringAsync();")]
    [InlineData("response.ReadAsString(); await response.ReadAsStringAsync();")]
    [InlineData("var first = response.ReadAsStringAsync(); await response.ReadAsStringAsync(); await first;")]
    public async Task There_is_no_fix_where_Content_has_no_such_reading(string body) =>
        Assert.False(await Source.HasFixAsync("using Response response = await client.GetAsync(\"http://a/\"); " + body, new BufferBodyCodeFix()));
}
