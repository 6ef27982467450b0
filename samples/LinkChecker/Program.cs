using PollHttp.LinkChecker;

// LinkChecker [ADDRESS] [--pause MILLISECONDS] [--pages N]: without an address it checks a site of its own, on eight hosts of the loopback.
try
{
    Settings settings = Settings.Parse(args);
    await using OwnSite? site = settings.Start is null ? await OwnSite.StartAsync(settings.Pages) : null;
    return new Crawl(settings.Start ?? site!.Start, settings.Pause).Run();
}
catch (ArgumentException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
