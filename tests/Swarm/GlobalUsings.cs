global using PollHttp.Core;
