-- Demo data for demo@runglass.local. Does nothing when it is already there, or when there is no such user and
-- this is not a database of `supabase start`, where the user is made here (password: runglass-demo).

do $$
declare
  v_user uuid;
begin
  select id into v_user from auth.users where email = 'demo@runglass.local';
  if v_user is null and to_regclass('auth.identities') is not null and to_regprocedure('extensions.crypt(text,text)') is not null then
    v_user := gen_random_uuid();
    execute $sql$
      insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, created_at, updated_at,
        raw_app_meta_data, raw_user_meta_data, confirmation_token, recovery_token, email_change_token_new, email_change)
      values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', 'demo@runglass.local',
        extensions.crypt('runglass-demo', extensions.gen_salt('bf')), now(), now(), now(),
        '{"provider": "email", "providers": ["email"]}', '{}', '', '', '', '')$sql$ using v_user;
    execute $sql$
      insert into auth.identities (id, user_id, provider_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
      values (gen_random_uuid(), $1, $1::text, 'email',
        jsonb_build_object('sub', $1::text, 'email', 'demo@runglass.local', 'email_verified', true), now(), now(), now())$sql$ using v_user;
  end if;
end $$;

do $$
declare
  v_user constant uuid := (select id from auth.users where email = 'demo@runglass.local');
  v_today constant date := (now() at time zone 'utc')::date;
  -- Ids are made from the user's, so that seeding again finds its rows.
begin
  if v_user is null or exists (select from public.projects where user_id = v_user and id = md5(v_user || 'project 1')::uuid) then
    return;
  end if;
  perform public.sync_lock(array[v_user]);

  insert into public.projects (id, user_id, name, description, status, color, created_at)
  select md5(v_user || 'project ' || p.n)::uuid, v_user, p.name, p.description, p.status, p.color, now() - p.age * interval '1 day'
  from (values
    (1, 'Support assistant', 'Answers customers from the help centre.', 'active', '#3b82f6', 61),
    (2, 'Document search', 'Embeddings and reranking for contracts.', 'active', '#10b981', 47),
    (3, 'Speech notes', 'Meeting transcripts on device.', 'paused', '#f59e0b', 90)
  ) as p (n, name, description, status, color, age);

  insert into public.subscriptions (id, user_id, plan, status, price_cents, currency, billing_interval,
    current_period_start, current_period_end, limits, upgrade_url)
  values (md5(v_user || 'subscription')::uuid, v_user, 'Pro', 'active', 4900, 'USD', 'month',
    (v_today - 17)::timestamp at time zone 'utc', (v_today + 13)::timestamp at time zone 'utc',
    -- Hard limits that a training run after the other (examples/train.mjs) takes half a day to reach.
    '{"tokens": {"limit": 200000000, "unit": "tokens", "hard": true},
      "requests": {"limit": 200000, "unit": "requests", "hard": true},
      "gpu_minutes": {"limit": 1500, "unit": "min", "hard": false},
      "storage_bytes": {"limit": 50000000000, "unit": "bytes", "hard": false}}',
    'https://example.com/upgrade');

  -- Working days are busy, weekends quiet, and the second project is growing.
  insert into public.usage_tracking (id, user_id, metric, day, amount, project_id)
  select md5(v_user || 'usage ' || m.metric || ' ' || d || ' ' || p.n)::uuid, v_user, m.metric, v_today - d,
    round((m.per_day * p.share * weekday.factor * (1 + 0.25 * sin(d * 1.7 + p.n * 2.1 + m.phase)) * case when p.n = 2 then 1.4 - d / 90.0 else 1 end)::numeric, m.digits),
    md5(v_user || 'project ' || p.n)::uuid
  from generate_series(0, 59) d,
    (values (1, 0.5), (2, 0.35), (3, 0.15)) as p (n, share),
    (values ('tokens', 4100000.0, 0, 0.3), ('requests', 6400.0, 0, 1.1), ('gpu_minutes', 78.0, 1, 2.4)) as m (metric, per_day, digits, phase),
    lateral (select case when extract(isodow from v_today - d) > 5 then 0.35 else 1.0 end) as weekday (factor);
  insert into public.usage_tracking (id, user_id, metric, day, amount)
  select md5(v_user || 'storage ' || d)::uuid, v_user, 'storage_bytes', v_today - d, 600000000 + (d * 37 % 11) * 45000000
  from generate_series(0, 59) d;

  create temporary table runglass_seed_runs on commit drop as
  select md5(v_user || 'run ' || r.n)::uuid as id, r.*
  from (values
    (1, 1, 'assistant-7b-sft', 'running', 640, 1000, 1.6, 2.5, null),
    (2, 2, 'reranker-base', 'running', 210, 400, 0.9, 0.8, null),
    (3, 1, 'assistant-7b-dpo', 'queued', 0, 600, null, 0.1, null),
    (4, 3, 'whisper-small-de', 'queued', 0, 300, null, 0.05, null),
    (5, 1, 'assistant-3b-sft', 'completed', 800, 800, 1.3, 30, null),
    (6, 1, 'assistant-3b-eval', 'completed', 200, 200, 1.1, 55, null),
    (7, 2, 'embedder-large', 'completed', 500, 500, 0.6, 80, null),
    (8, 2, 'embedder-small', 'completed', 500, 500, 0.8, 130, null),
    (9, 3, 'whisper-tiny-de', 'failed', 133, 300, 1.9, 160, 'CUDA out of memory: tried to allocate 2.50 GiB (GPU 0; 23.69 GiB total)'),
    (10, 2, 'reranker-tiny', 'failed', 12, 400, 2.2, 210, 'Loss is NaN at step 12'),
    (11, 1, 'assistant-3b-lr-sweep', 'cancelled', 90, 800, 1.7, 260, null),
    (12, 3, 'whisper-base-de', 'stopped', 240, 300, 1.2, 400, 'Stopped by the gpu_minutes limit')
  ) as r (n, project, name, status, step, total, final_loss, hours_ago, error);

  insert into public.training_runs (id, user_id, project_id, name, status, progress, step, total_steps, metrics, heartbeat_at,
    started_at, finished_at, error, cancel_requested_at, created_at)
  select r.id, v_user, md5(v_user || 'project ' || r.project)::uuid, r.name, r.status,
    case when r.status <> 'queued' then r.step::double precision / r.total end,
    case when r.status <> 'queued' then r.step end, r.total,
    case when r.status = 'queued' then '{}' else jsonb_build_object('loss', r.final_loss, 'lr', 0.0002, 'tokens_per_second', 5200 + r.n * 310) end,
    case when r.status = 'running' then now() when r.status <> 'queued' then now() - r.hours_ago * interval '1 hour' + r.step * interval '9 seconds' end,
    case when r.status <> 'queued' then now() - r.hours_ago * interval '1 hour' end,
    case when r.status not in ('queued', 'running') then now() - r.hours_ago * interval '1 hour' + r.step * interval '9 seconds' end,
    r.error,
    case when r.status = 'cancelled' then now() - r.hours_ago * interval '1 hour' + r.step * interval '9 seconds' - interval '20 seconds' end,
    now() - r.hours_ago * interval '1 hour' - interval '2 minutes'
  from runglass_seed_runs r order by r.hours_ago desc;

  -- Losses that fall as losses do: fast, then slowly, with some noise; the evaluation every tenth point.
  insert into public.training_run_metrics (run_id, step, user_id, metrics, recorded_at)
  select r.id, s, v_user,
    jsonb_build_object(
      'loss', round((r.final_loss + 2.8 * exp(-5.0 * s / r.total) + 0.07 * sin(s * 12.9898 + r.n * 78.233) * exp(-1.5 * s / r.total))::numeric, 4),
      'lr', round((0.0002 * least(1, s / (0.05 * r.total)) * (0.55 + 0.45 * cos(3.14159 * s / r.total)))::numeric, 8),
      'tokens_per_second', 5200 + r.n * 310 + round(160 * sin(s * 3.7)))
      || case when s % 20 = 0 then jsonb_build_object('eval_loss', round((r.final_loss + 0.12 + 2.6 * exp(-4.6 * s / r.total))::numeric, 4)) else '{}' end,
    now() - r.hours_ago * interval '1 hour' + s * interval '9 seconds'
  from runglass_seed_runs r, generate_series(2, r.step, 2) s;

  insert into public.training_run_configs (run_id, user_id, config)
  select r.id, v_user, jsonb_build_object('base_model', split_part(r.name, '-', 1), 'optimizer', 'adamw', 'learning_rate', 0.0002,
    'batch_size', 16 * (1 + r.n % 4), 'epochs', 3, 'seed', 1000 + r.n, 'precision', 'bf16',
    'dataset', jsonb_build_object('name', 'project-' || r.project || '-train', 'rows', 12000 * r.project, 'split', '95/5'),
    'scheduler', jsonb_build_object('name', 'cosine', 'warmup_ratio', 0.05))
  from runglass_seed_runs r;

  insert into public.models (id, user_id, project_id, run_id, name, version, status, base_model, description, metrics, size_bytes, tags, created_at)
  select md5(v_user || 'model ' || m.n)::uuid, v_user, md5(v_user || 'project ' || m.project)::uuid,
    case when m.run is not null then md5(v_user || 'run ' || m.run)::uuid end,
    m.name, m.version, m.status, m.base, m.description, m.metrics::jsonb, m.size, m.tags, now() - m.age * interval '1 hour'
  from (values
    (1, 1, 1, 'assistant', '0.4.0', 'training', 'mistral-7b', 'Fine-tuning in progress.', '{}', null::bigint, '{chat,7b}'::text[], 2),
    (2, 1, 5, 'assistant', '0.3.0', 'deployed', 'llama-3b', 'Serves the help centre.', '{"loss": 1.3, "accuracy": 0.87}', 6400000000, '{chat,production}', 29),
    (3, 1, 6, 'assistant', '0.2.1', 'archived', 'llama-3b', null, '{"loss": 1.5, "accuracy": 0.82}', 6400000000, '{chat}', 54),
    (4, 2, 7, 'contract-embedder', '2.0.0', 'ready', 'bge-large', 'Contracts in English and German.', '{"recall_at_10": 0.94}', 1340000000, '{embedding}', 79),
    (5, 2, 8, 'contract-embedder', '1.1.0', 'deployed', 'bge-small', null, '{"recall_at_10": 0.89}', 133000000, '{embedding,production}', 128),
    (6, 2, 10, 'contract-reranker', '0.1.0', 'failed', 'minilm', 'The loss diverged.', '{}', null, '{rerank}', 209),
    (7, 3, null, 'meeting-notes', '0.0.1', 'draft', 'whisper-small', null, '{}', null, '{speech}', 300),
    (8, 3, 12, 'meeting-notes', '0.0.2', 'draft', 'whisper-base', 'From a run that was stopped.', '{"wer": 0.183}', 290000000, '{speech,german}', 398)
  ) as m (n, project, run, name, version, status, base, description, metrics, size, tags, age);

  insert into public.ide_sync_events (id, user_id, event_type, occurred_at, session_id, editor, project_id, run_id, payload)
  select md5(v_user || 'event ' || n)::uuid, v_user, kinds.types[1 + n % 8], now() - n * interval '97 minutes' - interval '3 minutes',
    md5(v_user || 'session ' || n / 9)::uuid, 'vscode', md5(v_user || 'project ' || 1 + n % 3)::uuid,
    case when kinds.types[1 + n % 8] = 'run.linked' then md5(v_user || 'run ' || 5 + n % 4)::uuid end,
    case kinds.types[1 + n % 8]
      when 'file.saved' then jsonb_build_object('language', (array['python', 'yaml', 'markdown'])[1 + n / 8 % 3], 'saves', 1 + n / 8 % 4)
      when 'task.started' then '{"task_type": "shell", "group": "build"}'::jsonb
      when 'task.ended' then jsonb_build_object('task_type', 'shell', 'group', 'build', 'exit_code', n / 8 % 2, 'duration_ms', 240000)
      when 'debug.started' then '{"debug_type": "debugpy"}'
      when 'debug.ended' then '{"debug_type": "debugpy", "duration_ms": 420000}'
      when 'git.committed' then '{"branch": "main", "files": 3}'
      else '{}' end
  from generate_series(0, 39) n,
    (select '{file.saved,task.ended,task.started,debug.ended,debug.started,git.committed,run.linked,window.opened}'::text[] as types) kinds
  order by n desc;
  drop table runglass_seed_runs;
end $$;
