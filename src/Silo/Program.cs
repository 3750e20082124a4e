return await Engine.Silo.CommandLine.EngineCommandLine.RunAsync(args);
